package io.doab.e2e;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

import io.doab.local.ServiceInstance;

/**
 * Which instance the next request goes to: each in turn, one that has just failed left
 * out for a while, as a load balancer does it. Safe for use by several threads.
 */
final class SoakTargets {

	private static final long SUSPECT_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final List<ServiceInstance> instances;

	private final AtomicLongArray failedNanos;

	private final AtomicInteger next = new AtomicInteger();

	SoakTargets(List<ServiceInstance> instances) {
		this.instances = List.copyOf(instances);
		this.failedNanos = new AtomicLongArray(instances.size());
		for (int i = 0; i < instances.size(); i++) {
			this.failedNanos.set(i, System.nanoTime() - SUSPECT_NANOS);
		}
	}

	ServiceInstance next() {
		int candidate = Math.floorMod(this.next.getAndIncrement(), this.instances.size());
		for (int tried = 0; tried < this.instances.size(); tried++) {
			if (System.nanoTime() - this.failedNanos.get(candidate) >= SUSPECT_NANOS) {
				break;
			}
			candidate = (candidate + 1) % this.instances.size();
		}
		return this.instances.get(candidate);
	}

	void failed(ServiceInstance instance) {
		this.failedNanos.set(this.instances.indexOf(instance), System.nanoTime());
	}

}
