//! Form fields of the gallery.

use crate::components::{Checkbox, ConfirmByTyping, Field, Radios, Select, TextArea};
use domain::{Error, error::FieldCode};
use leptos::prelude::*;

pub fn fields(key: &'static str) -> AnyView {
    let tones = vec![
        (String::from("friendly"), String::from("Warm and short")),
        (String::from("formal"), String::from("Formal")),
    ];
    let wrong = Some(Error::field("email", FieldCode::NotAnEmail));
    view! {
        <div class="grid sm:grid-cols-2 gap-x-5 gap-y-4">
            <Field name="name" id=format!("name-{key}") label="Name" value="Music Store" hint="Customers see it as the sender." small=true/>
            <Field name="email" id=format!("email-{key}") label="E-mail" value="phil.hughes@example" error=wrong small=true/>
            <Select name="tone" id=format!("tone-{key}") label="Tone" options=tones value="friendly" small=true/>
            <Field
                name="address"
                id=format!("address-{key}")
                label="Postal address"
                placeholder="Needed before the first e-mail"
                small=true
            />
            <div class="sm:col-span-2">
                <TextArea
                    name="incentives"
                    id=format!("incentives-{key}")
                    label="Incentives"
                    rows=2
                    value="10% off the Annual Pass for regular customers, until 31 January"
                />
            </div>
            <div class="grid gap-2.5 content-start">
                <Checkbox name="warn" label="Warn before a second e-mail" checked=true/>
                <Checkbox name="approval" label="Needs an admin’s approval" hint="Members ask, owner and admins decide."/>
                <Checkbox name="digest" label="Weekly digest" look="toggle" checked=true/>
            </div>
            <Radios
                name=format!("merge-{key}")
                legend="Figures"
                options=vec![
                    ("replace", "Replace the figures", "A blank cell never erases."),
                    ("add", "Add to the figures", ""),
                ]
                value="replace"
            />
        </div>
    }
    .into_any()
}

pub fn confirm(key: &'static str) -> AnyView {
    let name = if key == "l" { "confirm-light" } else { "confirm-dark" };
    view! {
        <form class="panel p-5">
            <p class="h-sec">"Delete Vinyl Club?"</p>
            <p class="sub mt-1">"642 customers and 32 drafts go with it. You can restore them for 30 days in Settings, Businesses."</p>
            <ConfirmByTyping name word="Vinyl Club" label="Delete Vinyl Club"/>
        </form>
    }
    .into_any()
}
