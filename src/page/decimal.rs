//! Numbers as the back ends write them: at most three decimals, without trailing zeros.

/// A number written out. It is written digit by digit, several times faster than by a format string, because a long
/// document holds hundreds of thousands of numbers.
pub(super) struct Decimal {
    digits: [u8; 24],
    /// Where it begins; it ends with the last digit.
    from: usize,
}

impl Decimal {
    /// Writes a number that is given in thousandths.
    pub fn new(thousandths: i64) -> Self {
        let mut decimal = Self::EMPTY;
        let (whole, mut rest) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
        if rest > 0 {
            let mut places = 3;
            while rest % 10 == 0 {
                rest /= 10;
                places -= 1;
            }
            for _ in 0..places {
                decimal.put(b'0' + (rest % 10) as u8);
                rest /= 10;
            }
            decimal.put(b'.');
        }
        decimal.put_whole(whole, thousandths < 0);
        decimal
    }

    /// Writes a whole number.
    pub fn whole(number: i64) -> Self {
        let mut decimal = Self::EMPTY;
        decimal.put_whole(number.unsigned_abs(), number < 0);
        decimal
    }

    const EMPTY: Self = Self { digits: [0; 24], from: 24 };

    /// Puts a whole number with its sign before the digits written so far.
    fn put_whole(&mut self, mut number: u64, negative: bool) {
        loop {
            self.put(b'0' + (number % 10) as u8);
            number /= 10;
            if number == 0 {
                break;
            }
        }
        if negative {
            self.put(b'-');
        }
    }

    /// Puts a character before the digits written so far.
    fn put(&mut self, byte: u8) {
        self.from -= 1;
        self.digits[self.from] = byte;
    }

    /// The number as ASCII bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.digits[self.from..]
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).expect("digits are ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let written =
            [0, 1_000, -1_500, 12_345, -7, 10, 100_100].map(|number| Decimal::new(number).as_str().to_owned());
        assert_eq!(written, ["0", "1", "-1.5", "12.345", "-0.007", "0.01", "100.1"]);
        assert_eq!(Decimal::new(i64::MIN).as_str(), "-9223372036854775.808");
        for number in [0, 7, -1, 10, 4_294_967_295, i64::MAX, i64::MIN] {
            assert_eq!(Decimal::whole(number).as_str(), number.to_string());
        }
    }
}
