package io.doab.webevents.log;

/**
 * The time of a line, {@code 17/May/2015:10:05:03 +0200}: always as long, so that each
 * part is where it is.
 */
final class LogTime {

	/** In characters. */
	static final int LENGTH = 26;

	/** Instead of a time, where there is none. */
	static final long NONE = Long.MIN_VALUE;

	private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

	private static final int[] DAYS = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	private static final int MAX_OFFSET_MINUTES = 18 * 60;

	private LogTime() {
	}

	/**
	 * Reads the time that begins there, {@value #LENGTH} characters.
	 * @return seconds of the epoch, or {@link #NONE}. A leap second is the one after it
	 */
	static long parse(String line, int at) {
		if (line.charAt(at + 2) != '/' || line.charAt(at + 6) != '/' || line.charAt(at + 11) != ':'
				|| line.charAt(at + 14) != ':' || line.charAt(at + 17) != ':' || line.charAt(at + 20) != ' ') {
			return NONE;
		}
		int month = month(line, at + 3);
		int year = twoDigits(line, at + 7) * 100 + twoDigits(line, at + 9);
		int day = twoDigits(line, at);
		int hour = twoDigits(line, at + 12);
		int minute = twoDigits(line, at + 15);
		int second = twoDigits(line, at + 18);
		int offset = offsetMinutes(line, at + 21);
		if (month < 0 || year < 0 || day < 1 || day > DAYS[month] || (month == 1 && day == 29 && !isLeap(year))
				|| hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60
				|| Math.abs(offset) > MAX_OFFSET_MINUTES) {
			return NONE;
		}
		return epochDay(year, month, day) * 86_400 + (hour * 60L + minute - offset) * 60 + second;
	}

	private static int month(String line, int at) {
		for (int month = 0; month < DAYS.length; month++) {
			if (MONTHS.regionMatches(3 * month, line, at, 3)) {
				return month;
			}
		}
		return -1;
	}

	/** Far from every number of two digits where there is none. */
	private static int twoDigits(String line, int at) {
		int tens = line.charAt(at) - '0';
		int ones = line.charAt(at + 1) - '0';
		return (tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9) ? tens * 10 + ones : -1_000_000;
	}

	private static int offsetMinutes(String line, int at) {
		int minutes = twoDigits(line, at + 3);
		int offset = (minutes <= 59) ? twoDigits(line, at + 1) * 60 + minutes : Integer.MAX_VALUE;
		return switch (line.charAt(at)) {
			case '+' -> offset;
			case '-' -> -offset;
			default -> Integer.MAX_VALUE;
		};
	}

	private static boolean isLeap(int year) {
		return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	}

	/** Days since 1970, by years that begin in March: the leap day is their last. */
	private static long epochDay(int year, int month, int day) {
		int shifted = (month + 10) % 12;
		int marchYear = (month < 2) ? year - 1 : year;
		int daysBefore = 365 * marchYear + Math.floorDiv(marchYear, 4) - Math.floorDiv(marchYear, 100)
				+ Math.floorDiv(marchYear, 400);
		int dayOfYear = (153 * shifted + 2) / 5 + day - 1;
		return daysBefore + dayOfYear - 719_468L;
	}

}
