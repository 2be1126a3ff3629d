//! Imports: seeing, correcting, starting and cancelling them. Files come and go by plain routes (`paths::upload`, `paths::left_out`).

use super::wire::Wire;
use domain::{
    Error,
    ids::{BusinessId, ImportId, TeamId},
    import::{FormatForm, ImportDetail, ImportList},
};
use leptos::{prelude::*, server_fn::codec::Json};

#[cfg(feature = "ssr")]
use {
    crate::api::request::{self, Public, parse},
    domain::{
        import::{ColumnTarget, MergeMode},
        permission::perm,
    },
    services::customers::import::{self, Correction, Start},
};

#[server(name = ListImports, endpoint = "imports/list", input = Json, output = Wire)]
pub async fn list(team: TeamId, business: BusinessId, before: Option<String>) -> Result<ImportList, Error> {
    let (services, grant) = request::grant::<perm::ImportCsv>(team).await?;
    import::list(&services, &grant, business, before.as_deref()).await.public()
}

#[server(name = OpenImport, endpoint = "imports/detail", input = Json, output = Wire)]
pub async fn detail(team: TeamId, business: BusinessId, import: ImportId) -> Result<ImportDetail, Error> {
    let (services, grant) = request::grant::<perm::ImportCsv>(team).await?;
    import::detail(&services, &grant, business, import).await.public()
}

#[server(name = MapColumns, endpoint = "imports/columns")]
pub async fn columns(team: String, business: String, import: String, #[server(default)] targets: Vec<String>) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::ImportCsv>(parse(&team)?).await?;
    let targets = targets.iter().map(|target| ColumnTarget::parse(target)).collect::<Option<Vec<_>>>();
    let correction = Correction::Columns(targets.ok_or(Error::Malformed)?);
    import::correct(&services, &grant, parse(&business)?, parse(&import)?, correction)
        .await
        .public()
}

#[server(name = CorrectFormat, endpoint = "imports/format")]
pub async fn format(team: String, business: String, import: String, #[server(flatten)] form: FormatForm) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::ImportCsv>(parse(&team)?).await?;
    let correction = Correction::Format(form.format()?);
    import::correct(&services, &grant, parse(&business)?, parse(&import)?, correction)
        .await
        .public()
}

/// `seen`: the version of the preview that the person looked at. `again`: the file was imported before, and that is known.
#[server(name = StartImport, endpoint = "imports/start")]
pub async fn start(
    team: String,
    business: String,
    import: String,
    #[server(default)] seen: String,
    #[server(default)] merge: String,
    #[server(default)] again: String,
) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::ImportCsv>(parse(&team)?).await?;
    let merge = MergeMode::parse(&merge).ok_or(Error::Malformed)?;
    let start = Start {
        seen: &seen,
        merge,
        again: again == "true",
    };
    import::start(&services, &grant, parse(&business)?, parse(&import)?, start)
        .await
        .public()
}

#[server(name = CancelImport, endpoint = "imports/cancel")]
pub async fn cancel(team: String, business: String, import: String) -> Result<(), Error> {
    let (services, grant) = request::grant::<perm::ImportCsv>(parse(&team)?).await?;
    import::cancel(&services, &grant, parse(&business)?, parse(&import)?).await.public()
}
