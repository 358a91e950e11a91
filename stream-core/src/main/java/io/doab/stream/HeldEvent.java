package io.doab.stream;

import java.util.Arrays;

/**
 * An event that was set aside: kept in state, and handled later by
 * {@link ProcessingContext#resume}.
 *
 * @param event as it is stored; {@code datacontenttype} is among its headers
 * @param origin where it stood
 */
public record HeldEvent(Event<byte[]> event, Origin origin) {

	/** Whether it is the same event, which came twice. */
	public boolean isCopyOf(HeldEvent other) {
		return this.event.id().equals(other.event.id()) && this.event.type().equals(other.event.type())
				&& Arrays.equals(this.event.data(), other.event.data());
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof HeldEvent held && this.origin.equals(held.origin) && isCopyOf(held)
				&& this.event.headers().equals(held.event.headers());
	}

	@Override
	public int hashCode() {
		return 31 * this.event.id().hashCode() + this.origin.hashCode();
	}

}
