//! Where a mail server that people chose may be: on the internet, not in the network around this process.
//!
//! The name is resolved once and the connection goes to the addresses that were looked at, so a name that points elsewhere a
//! moment later changes nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What whoever asked is told, in a mail's reason and in the log.
pub const PRIVATE: &str = "The mail server is inside a private network. Use one that the internet can reach, or have whoever runs this \
     installation set sending.allow_private_hosts";

/// Those of the addresses that may be connected to; empty when every one is inside.
pub fn allowed(addresses: impl Iterator<Item = SocketAddr>, anywhere: bool) -> Vec<SocketAddr> {
    addresses.filter(|address| anywhere || is_public(address.ip())).collect()
}

/// Whether an address belongs to the internet at large.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let inside = ip.is_unspecified()
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        // This network, carrier-grade NAT, protocol assignments, benchmarks, reserved.
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240;
    !inside
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let v4 = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b, c, d, e, f) {
        // ::ffff:127.0.0.1, ::ffff:0:127.0.0.1 and ::127.0.0.1 (which is ::1 too): what counts is the address inside.
        (0, 0, 0, 0, 0, 0 | 0xffff) | (0, 0, 0, 0, 0xffff, 0) => v4(g, h),
        // Translated to IPv4 by the network (NAT64), whole or by its own prefix.
        (0x64, 0xff9b, 0, 0, 0, 0) => v4(g, h),
        (0x64, 0xff9b, ..) => false,
        // 6to4 carries the address in front; Teredo somewhere inside, so none of it.
        (0x2002, ..) => v4(b, c),
        (0x2001, 0, ..) => false,
        // Documentation; unique-local and link-local lie outside 2000::/3, as do site-local and multicast.
        (0x2001, 0xdb8, ..) => false,
        _ => (0x2000..0x4000).contains(&a),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().expect("an address"))
    }

    #[test]
    fn the_network_around_the_process_is_not_reached() {
        for inside in [
            "127.0.0.1",
            "127.8.9.1",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.254",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!public(inside), "{inside}");
        }
        for outside in [
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(public(outside), "{outside}");
        }
    }

    #[test]
    fn of_a_name_with_both_only_the_public_ones_count() {
        let both = || {
            ["10.0.0.1:25", "8.8.8.8:25"]
                .into_iter()
                .map(|text| text.parse().expect("an address"))
        };
        assert_eq!(allowed(both(), false), ["8.8.8.8:25".parse().expect("an address")]);
        assert_eq!(allowed(both(), true).len(), 2);
    }
}
