# The commands of this project. What they do stands in scripts/, one file each.
.PHONY: run test check dev bench seed pictures

run: ; @bash scripts/run.sh
test: ; @bash scripts/test.sh
check: ; @bash scripts/check.sh
dev: ; @bash scripts/dev.sh
bench: ; @bash scripts/bench.sh
seed: ; @bash scripts/seed.sh
pictures: ; @bash scripts/pictures.sh
