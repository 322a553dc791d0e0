//! Values below the person's own part of the registry of Windows.

use std::io;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_MORE_DATA, ERROR_SUCCESS, WIN32_ERROR};
use windows_sys::Win32::System::Registry::{
    HKEY_CURRENT_USER, REG_SZ, RRF_RT_REG_BINARY, RRF_RT_REG_SZ, RegDeleteKeyValueW, RegGetValueW, RegSetKeyValueW,
};

/// Characters of a text that is read; ours are shorter.
const LONGEST: usize = 4096;

/// The text of a value, none where there is none; an empty one for what is no text, or longer than any of ours.
#[allow(unsafe_code)]
pub(super) fn text(key: &str, value: &str) -> io::Result<Option<String>> {
    let (key, value) = (wide(key), wide(value));
    let mut text = vec![0_u16; LONGEST];
    let mut bytes = (LONGEST * size_of::<u16>()) as u32;
    // SAFETY: both names end with a zero; the buffer is as long as `bytes` says, and both outlive the call.
    let answer = unsafe {
        RegGetValueW(
            HKEY_CURRENT_USER,
            key.as_ptr(),
            value.as_ptr(),
            RRF_RT_REG_SZ,
            null_mut(),
            text.as_mut_ptr().cast(),
            &raw mut bytes,
        )
    };
    match answer {
        ERROR_SUCCESS => {
            let length = text.iter().position(|unit| *unit == 0).unwrap_or(LONGEST);
            Ok(Some(String::from_utf16_lossy(&text[..length])))
        }
        ERROR_FILE_NOT_FOUND => Ok(None),
        // Too long, or of another type: nothing of ours.
        _ => Ok(Some(String::new())),
    }
}

/// The first byte of a value, none where there is none.
#[allow(unsafe_code)]
pub(super) fn first_byte(key: &str, value: &str) -> io::Result<Option<u8>> {
    let (key, value) = (wide(key), wide(value));
    let mut data = [0_u8; 64];
    let mut bytes = data.len() as u32;
    // SAFETY: both names end with a zero; the buffer is as long as `bytes` says, and both outlive the call.
    let answer = unsafe {
        RegGetValueW(
            HKEY_CURRENT_USER,
            key.as_ptr(),
            value.as_ptr(),
            RRF_RT_REG_BINARY,
            null_mut(),
            data.as_mut_ptr().cast(),
            &raw mut bytes,
        )
    };
    match answer {
        ERROR_SUCCESS => Ok(Some(data[0]).filter(|_| bytes > 0)),
        ERROR_FILE_NOT_FOUND | ERROR_MORE_DATA => Ok(None),
        code => Err(error(code)),
    }
}

/// Sets a value to a text.
#[allow(unsafe_code)]
pub(super) fn set(key: &str, value: &str, text: &str) -> io::Result<()> {
    let (key, value, text) = (wide(key), wide(value), wide(text));
    let bytes = (text.len() * size_of::<u16>()) as u32;
    // SAFETY: both names and the text end with a zero and outlive the call; `bytes` is the length of the text with it.
    let answer = unsafe {
        RegSetKeyValueW(
            HKEY_CURRENT_USER,
            key.as_ptr(),
            value.as_ptr(),
            REG_SZ,
            text.as_ptr().cast(),
            bytes,
        )
    };
    done(answer)
}

/// Deletes a value, if it is there.
#[allow(unsafe_code)]
pub(super) fn delete(key: &str, value: &str) -> io::Result<()> {
    let (key, value) = (wide(key), wide(value));
    // SAFETY: both names end with a zero and outlive the call.
    match unsafe { RegDeleteKeyValueW(HKEY_CURRENT_USER, key.as_ptr(), value.as_ptr()) } {
        ERROR_FILE_NOT_FOUND => Ok(()),
        answer => done(answer),
    }
}

fn done(answer: WIN32_ERROR) -> io::Result<()> {
    if answer == ERROR_SUCCESS {
        Ok(())
    } else {
        Err(error(answer))
    }
}

fn error(code: WIN32_ERROR) -> io::Error {
    io::Error::from_raw_os_error(code.cast_signed())
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().filter(|unit| *unit != 0).chain([0]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_set_read_and_deleted() {
        let (key, value) = (r"Software\Longshore tests", "login");
        delete(key, value).unwrap();
        assert_eq!(text(key, value).unwrap(), None);
        set(key, value, "\"C:\\ü x\" \"--hidden\"").unwrap();
        assert_eq!(text(key, value).unwrap().as_deref(), Some("\"C:\\ü x\" \"--hidden\""));
        assert_eq!(first_byte(key, "other").unwrap(), None);
        delete(key, value).unwrap();
        delete(key, value).unwrap();
        assert_eq!(text(key, value).unwrap(), None);
    }
}
