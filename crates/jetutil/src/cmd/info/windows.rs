//! Names of Windows versions by their build numbers.

/// Product name of a Windows version; `None` for builds that are not listed.
pub(super) fn product(build: u32) -> Option<&'static str> {
    const BUILDS: [(u32, &str); 31] = [
        (2195, "Windows 2000"),
        (2600, "Windows XP"),
        (3790, "Windows Server 2003"),
        (6000, "Windows Vista"),
        (6001, "Windows Vista SP1, Server 2008"),
        (6002, "Windows Vista SP2, Server 2008 SP2"),
        (7600, "Windows 7, Server 2008 R2"),
        (7601, "Windows 7 SP1, Server 2008 R2 SP1"),
        (9200, "Windows 8, Server 2012"),
        (9600, "Windows 8.1, Server 2012 R2"),
        (10240, "Windows 10 1507"),
        (10586, "Windows 10 1511"),
        (14393, "Windows 10 1607, Server 2016"),
        (15063, "Windows 10 1703"),
        (16299, "Windows 10 1709"),
        (17134, "Windows 10 1803"),
        (17763, "Windows 10 1809, Server 2019"),
        (18362, "Windows 10 1903"),
        (18363, "Windows 10 1909"),
        (19041, "Windows 10 2004"),
        (19042, "Windows 10 20H2"),
        (19043, "Windows 10 21H1"),
        (19044, "Windows 10 21H2"),
        (19045, "Windows 10 22H2"),
        (20348, "Windows Server 2022"),
        (22000, "Windows 11 21H2"),
        (22621, "Windows 11 22H2"),
        (22631, "Windows 11 23H2"),
        (25398, "Windows Server 23H2"),
        (26100, "Windows 11 24H2, Server 2025"),
        (26200, "Windows 11 25H2"),
    ];
    BUILDS
        .iter()
        .find(|(known, _)| *known == build)
        .map(|(_, name)| *name)
}

/// What the version does not say.
pub(super) fn caveat(major: u32, minor: u32, build: u32) -> Option<&'static str> {
    ((major, minor, build) == (6, 2, 9200))
        .then_some("programs without a compatibility manifest are told 6.2.9200 on every later Windows too")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_have_products() {
        assert_eq!(product(20348), Some("Windows Server 2022"));
        assert_eq!(product(0), None);
        assert_eq!(product(12345), None);
        assert!(caveat(6, 2, 9200).is_some() && caveat(6, 3, 9600).is_none());
    }
}
