//! Create a business.

use super::fields::BusinessFields;
use crate::{
    api::{self, businesses::CreateBusiness},
    components::{Button, ErrorNote, Kind, LockedAction, PageHead, Size, error_of, locked_reason},
    pages::settings::{frame, hidden, loaded, team_id},
    paths,
};
use domain::{business::BusinessSettings, permission::Permission};
use leptos::{form::ActionForm, prelude::*};

#[component]
pub fn NewBusinessPage() -> impl IntoView {
    let team = team_id();
    let defaults = Resource::new(team, |team| async move { api::businesses::defaults(team?).await });
    let action = ServerAction::<CreateBusiness>::new();
    view! {
        <div class="page max-w-3xl">
            <PageHead title="Create new business"/>
            {loaded(defaults, move |settings: BusinessSettings| form(settings, action))}
        </div>
    }
    .into_any()
}

fn form(settings: BusinessSettings, action: ServerAction<CreateBusiness>) -> AnyView {
    let frame = frame();
    if !frame.may(Permission::CreateBusiness, None) {
        let reason = locked_reason(Permission::CreateBusiness);
        return view! { <p class="mt-6"><LockedAction id="why-create" label="Create business" reason/></p> }.into_any();
    }
    let error = error_of(action);
    view! {
        <ActionForm action attr:class="panel mt-6 p-4 grid gap-4">
            {hidden("team", frame.id)}
            <ErrorNote error/>
            <BusinessFields settings error/>
            <div class="flex gap-3">
                <Button kind=Kind::Primary size=Size::Decide submit=true busy=action.pending()>"Create business"</Button>
                <a class="btn btn-ghost" href=paths::businesses(frame.id)>"Cancel"</a>
            </div>
        </ActionForm>
    }
    .into_any()
}
