package io.doab.stream.rest;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Reads a body of a bounded size.
 */
public final class BoundedBody {

	private BoundedBody() {
	}

	/**
	 * Reads all of a request's body.
	 * @throws RequestProblem 413 when it is larger
	 */
	public static byte[] read(HttpServletRequest request, int maxBytes) throws IOException {
		long announced = request.getContentLengthLong();
		if (announced > maxBytes) {
			throw RequestProblem.tooLarge(maxBytes);
		}
		try (InputStream in = request.getInputStream()) {
			// One more than announced: who unpacks it on the way may have more.
			byte[] bytes = in.readNBytes(1 + ((announced >= 0) ? (int) announced : maxBytes));
			if (announced >= 0 && bytes.length > announced) {
				byte[] rest = in.readNBytes(maxBytes + 1 - bytes.length);
				int begun = bytes.length;
				bytes = Arrays.copyOf(bytes, begun + rest.length);
				System.arraycopy(rest, 0, bytes, begun, rest.length);
			}
			if (bytes.length > maxBytes) {
				throw RequestProblem.tooLarge(maxBytes);
			}
			return bytes;
		}
	}

}
