package io.doab.stream.rest;

import java.io.IOException;
import java.io.InputStream;

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
			byte[] bytes = in.readNBytes((announced >= 0) ? (int) announced : maxBytes + 1);
			if (bytes.length > maxBytes) {
				throw RequestProblem.tooLarge(maxBytes);
			}
			return bytes;
		}
	}

}
