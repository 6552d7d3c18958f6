//! Writing JSON into a byte buffer, without a tree of values in between.

use jet_api::Value;

/// A JSON string: quote, backslash and control characters escaped, all else as it is.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    // Runs without anything to escape go over in one piece.
    while let Some(at) = rest
        .iter()
        .position(|&byte| byte < b' ' || byte == b'"' || byte == b'\\')
    {
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(plain);
        let Some((&byte, tail)) = tail.split_first() else {
            break;
        };
        match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            _ => {
                out.extend_from_slice(b"\\u00");
                hex(out, &[byte]);
            }
        }
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Bytes as lower-case hexadecimal, without quotes.
pub(crate) fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    let digit = |nibble: u8| {
        if nibble < 10 {
            b'0' + nibble
        } else {
            b'a' - 10 + nibble
        }
    };
    out.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
}

/// A value as the format "ese-dump-1" writes it.
pub(crate) fn value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Bit(true) => out.extend_from_slice(b"true"),
        Value::Bit(false) => out.extend_from_slice(b"false"),
        Value::U8(n) => integer(out, *n),
        Value::I16(n) => integer(out, *n),
        Value::U16(n) => integer(out, *n),
        Value::I32(n) => integer(out, *n),
        Value::U32(n) => integer(out, *n),
        Value::I64(n) => integer(out, *n),
        Value::U64(n) => integer(out, *n),
        Value::F32(n) if n.is_finite() => float(out, *n),
        Value::F64(n) if n.is_finite() => float(out, *n),
        Value::F32(n) => special(out, f64::from(*n)),
        Value::F64(n) => special(out, *n),
        Value::DateTime(bits) => quoted_hex(out, &bits.to_le_bytes()),
        Value::Guid(guid) => string(out, &guid.to_string()),
        Value::Text(text) => string(out, text),
        Value::Bytes(bytes) => quoted_hex(out, bytes),
        Value::Malformed(bytes) => {
            out.extend_from_slice(b"{\"hex\":");
            quoted_hex(out, bytes);
            out.push(b'}');
        }
    }
}

/// A number without a fraction.
pub(crate) fn integer(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

fn float(out: &mut Vec<u8>, number: impl ryu::Float) {
    out.extend_from_slice(ryu::Buffer::new().format(number).as_bytes());
}

fn special(out: &mut Vec<u8>, number: f64) {
    let name: &[u8] = match number {
        n if n.is_nan() => b"\"NaN\"",
        n if n > 0.0 => b"\"Infinity\"",
        _ => b"\"-Infinity\"",
    };
    out.extend_from_slice(name);
}

fn quoted_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    hex(out, bytes);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_parse_back() {
        for sample in [
            "",
            "plain",
            "a\"b\\c\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f}",
            "ü 🦀 \u{2028}",
        ] {
            let parsed: String = serde_json::from_str(&text(|out| string(out, sample))).unwrap();
            assert_eq!(parsed, sample);
        }
    }

    #[test]
    fn floats_are_short_and_whole() {
        assert_eq!(text(|out| value(out, &Value::F32(0.1))), "0.1");
        assert_eq!(text(|out| value(out, &Value::F64(-0.0))), "-0.0");
        assert_eq!(text(|out| value(out, &Value::F64(f64::NAN))), "\"NaN\"");
        assert_eq!(
            text(|out| value(out, &Value::F32(f32::NEG_INFINITY))),
            "\"-Infinity\""
        );
        let huge: f64 = serde_json::from_str(&text(|out| value(out, &Value::F64(f64::MAX)))).unwrap();
        assert_eq!(huge.to_bits(), f64::MAX.to_bits());
    }
}
