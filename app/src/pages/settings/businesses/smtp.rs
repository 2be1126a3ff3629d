//! The mail server of a business: its own, or the installation's.

use super::edit::Actions;
use crate::{
    components::{Button, ErrorNote, Field, Kind, LockedAction, Select, error_of, locked_reason},
    pages::settings::{frame, hidden, succeeded},
};
use domain::{
    business::{BusinessDetail, SmtpSettings, SmtpTls},
    ids::{BusinessId, TeamId},
    permission::Permission,
};
use leptos::{form::ActionForm, prelude::*};

const fn tls(tls: SmtpTls) -> &'static str {
    match tls {
        SmtpTls::Tls => "TLS (usually port 465)",
        SmtpTls::StartTls => "STARTTLS (usually port 587)",
        SmtpTls::None => "None (same machine only)",
    }
}

#[component]
pub fn SmtpPanel(detail: BusinessDetail, may: bool, actions: Actions) -> impl IntoView {
    let state = match (&detail.smtp, detail.installation_smtp) {
        (Some(server), _) => format!("Mail leaves by {}:{}.", server.host, server.port),
        (None, true) => "Mail leaves by this installation's server.".into(),
        (None, false) => "There is no mail server yet: nothing can be sent.".into(),
    };
    let body = if may {
        form(&detail, actions)
    } else {
        let reason = locked_reason(Permission::ConfigureSender);
        view! { <div class="p-4 border-t border-line"><LockedAction id="why-smtp" label="Change the mail server" reason/></div> }.into_any()
    };
    view! {
        <section class="panel mt-6" aria-labelledby="smtp-h">
            <div class="panel-head"><h2 id="smtp-h" class="h-sec">"Mail server"</h2><span class="sub">{state}</span></div>
            {body}
        </section>
    }
    .into_any()
}

fn form(detail: &BusinessDetail, actions: Actions) -> AnyView {
    let (team, business) = (frame().id, detail.id);
    let stored = detail.smtp.is_some();
    let server = detail.smtp.clone().unwrap_or(SmtpSettings {
        host: String::new(),
        port: 587,
        tls: SmtpTls::StartTls,
        user: String::new(),
        has_password: false,
    });
    let hint = if server.has_password {
        "Stored. Empty: it stays, unless server or user change."
    } else {
        ""
    };
    let choices = SmtpTls::ALL.iter().map(|t| (t.to_string(), tls(*t).to_owned())).collect();
    let error = error_of(actions.save_smtp);
    let done = succeeded(actions.save_smtp);
    let tools = stored.then(|| tools(team, business, actions));
    view! {
        <ActionForm action=actions.save_smtp attr:class="p-4 grid gap-4 border-t border-line">
            {hidden("team", team)}
            {hidden("business", business)}
            <ErrorNote error/>
            <div class="grid gap-4 sm:grid-cols-3">
                <Field name="host" label="Host" value=server.host required=true error/>
                <Field name="port" label="Port" kind="number" value=server.port.to_string() required=true error/>
                <Select name="tls" label="Encryption" options=choices value=server.tls.to_string() error/>
                <Field name="user" label="User" autocomplete="off" value=server.user error/>
                <Field name="password" label="Password" kind="password" autocomplete="new-password" hint error/>
            </div>
            <div class="flex flex-wrap items-center gap-3">
                <Button submit=true busy=actions.save_smtp.pending()>"Save mail server"</Button>
                {move || done.get().then(|| view! { <span class="sub" role="status">"Saved"</span> })}
            </div>
        </ActionForm>
        {tools}
    }
    .into_any()
}

/// Test and removal: forms of their own, for without JavaScript.
fn tools(team: TeamId, business: BusinessId, actions: Actions) -> AnyView {
    let (failed, works) = (error_of(actions.test_smtp), succeeded(actions.test_smtp));
    view! {
        <div class="flex flex-wrap items-center gap-3 p-4 border-t border-line">
            <ActionForm action=actions.test_smtp>
                {hidden("team", team)}
                {hidden("business", business)}
                <Button submit=true busy=actions.test_smtp.pending()>"Test the connection"</Button>
            </ActionForm>
            <ActionForm action=actions.remove_smtp>
                {hidden("team", team)}
                {hidden("business", business)}
                <Button kind=Kind::Danger submit=true busy=actions.remove_smtp.pending()>"Remove mail server"</Button>
            </ActionForm>
            {move || works.get().then(|| view! { <span class="sub" role="status">"The server answered and took the sign-in."</span> })}
            <ErrorNote error=failed/>
        </div>
    }
    .into_any()
}
