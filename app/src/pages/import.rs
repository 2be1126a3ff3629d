//! Importing customers: choosing a file, correcting how it is read, the preview before anything is written, progress, result.

mod columns;
mod new;
mod preview;
mod progress;
mod result;
mod run;

pub use new::ImportPage;
pub use run::ImportRunPage;

use crate::{
    components::{Breadcrumb, Steps},
    layouts::use_frame,
    pages::settings::hidden,
    paths,
};
use domain::ids::{BusinessId, ImportId, TeamId};
use leptos::prelude::*;
use leptos_meta::Title;

/// Which import of which business: what every form of the page sends along.
#[derive(Clone, Copy, Debug)]
struct About {
    team: TeamId,
    business: BusinessId,
    import: ImportId,
}

impl About {
    fn fields(self) -> AnyView {
        view! {
            {hidden("team", self.team)}
            {hidden("business", self.business)}
            {hidden("import", self.import)}
        }
        .into_any()
    }
}

/// The name of a business of the team.
fn name_of(business: BusinessId) -> String {
    let name = use_frame().with_untracked(|frame| frame.businesses.iter().find(|b| b.id == business).map(|b| b.name.clone()));
    name.unwrap_or_else(|| String::from("this business"))
}

/// Where one is: the way back, the heading, the steps.
fn head(team: TeamId, business: BusinessId, step: usize) -> AnyView {
    let title = format!("Import into {}", name_of(business));
    view! {
        <Title text=format!("{title} · AskUsers")/>
        <Breadcrumb trail=vec![(paths::customers(team, business), String::from("Customers"))] here="Import"/>
        <div class="flex flex-wrap items-center gap-x-6 gap-y-3 mt-3">
            <h1 class="h-page">{title}</h1>
            <div class="sm:ml-auto">
                <Steps labels=vec!["File", "Columns", "Preview", "Import"] current=step/>
            </div>
        </div>
    }
    .into_any()
}

/// "1 row", "1,240 rows".
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", domain::money::group_thousands(count), if count == 1 { one } else { many })
}

/// "96 kB", "1.2 MB".
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_counts_read_as_people_say_them() {
        assert_eq!(
            (size(999).as_str(), size(95_400).as_str(), size(1_250_000).as_str()),
            ("999 B", "96 kB", "1.2 MB")
        );
        assert_eq!(
            (counted(1, "row", "rows").as_str(), counted(1_240, "row", "rows").as_str()),
            ("1 row", "1,240 rows")
        );
    }
}
