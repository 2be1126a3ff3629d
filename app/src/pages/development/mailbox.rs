//! The mails that would have left, newest first: with `--dev` and without a mail server.

use crate::{
    api::development::DevMailbox,
    components::{Button, EmptyState, Time, icon},
    layouts::{ErrorPage, PublicLayout},
    pages::fetched::fetched,
    paths,
};
use domain::mail::DevMail;
use leptos::prelude::*;

#[component]
pub fn MailboxPage() -> impl IntoView {
    let mails = fetched(|| Ok(DevMailbox {}));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match mails.wait().await {
                    Ok(mails) => page(mails),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn page(mails: Vec<DevMail>) -> AnyView {
    let empty = mails.is_empty();
    let list = mails.into_iter().map(mail).collect_view();
    view! {
        <PublicLayout title="Mailbox">
            <div class="max-w-3xl mx-auto pt-10">
                <div class="flex flex-wrap items-center gap-3">
                    <h1 class="h-page">"Mailbox"</h1>
                    <span class="sub">"Mails of this server in development, newest first"</span>
                    // A plain form loads the page anew, with scripts and without.
                    <form class="ml-auto" method="get" action=paths::MAILBOX>
                        <Button submit=true icon=icon::REFRESH>
                            "Look again"
                        </Button>
                    </form>
                </div>
                {if empty {
                    view! {
                        <div class="mt-6">
                            <EmptyState
                                icon=icon::INBOX
                                title="No mail yet"
                                text="Without a mail server in the configuration, mails land here a moment after their cause."
                            />
                        </div>
                    }
                        .into_any()
                } else {
                    view! { <ol class="grid gap-4 mt-6">{list}</ol> }.into_any()
                }}
            </div>
        </PublicLayout>
    }
    .into_any()
}

fn mail(mail: DevMail) -> AnyView {
    view! {
        <li class="panel">
            <div class="panel-head flex-wrap">
                <h2 class="h-sec">{mail.subject}</h2>
                <span class="ml-auto sub">
                    <Time at=mail.at/>
                </span>
            </div>
            <p class="px-4 pb-3 sub break-all">"To " {mail.to} " · from " {mail.from}</p>
            <p class="panel-body border-t border-line text-base whitespace-pre-line break-words">{linked(&mail.body)}</p>
        </li>
    }
    .into_any()
}

/// A part of a text: words, or an address to open.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Link(&'a str),
}

/// Cuts a text where web addresses begin and end.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = [rest.find("https://"), rest.find("http://")].into_iter().flatten().min() {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| c.is_whitespace() || "<>\"".contains(c)).unwrap_or(from.len());
        let link = from[..end].trim_end_matches(['.', ',', ';', ')', ':']);
        if !before.is_empty() {
            out.push(Piece::Text(before));
        }
        out.push(Piece::Link(link));
        rest = &from[link.len()..];
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest));
    }
    out
}

fn linked(body: &str) -> AnyView {
    pieces(body)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().into_any(),
            Piece::Link(href) => view! {
                <a class="link break-all" href=href.to_owned()>
                    {href.to_owned()}
                </a>
            }
            .into_any(),
        })
        .collect_view()
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_a_mail_become_links() {
        assert_eq!(
            pieces("Open:\n\nhttp://127.0.0.1:3000/verify/ab-c\n\nor (https://x.example/y).\n"),
            vec![
                Piece::Text("Open:\n\n"),
                Piece::Link("http://127.0.0.1:3000/verify/ab-c"),
                Piece::Text("\n\nor ("),
                Piece::Link("https://x.example/y"),
                Piece::Text(").\n"),
            ]
        );
        assert_eq!(pieces("none"), vec![Piece::Text("none")]);
        assert_eq!(pieces(""), vec![]);
    }
}
