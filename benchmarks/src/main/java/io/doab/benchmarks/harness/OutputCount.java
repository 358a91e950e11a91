package io.doab.benchmarks.harness;

/**
 * Counts the outputs of a task: each order once, those of a key in order, and each as the
 * handler makes it. With counters, the outputs of a key bear 1, 2, 3 and so on. For one
 * thread.
 */
public final class OutputCount {

	private final EventCount count;

	private final boolean counters;

	public OutputCount(Task task) {
		this.count = new EventCount(task.events(), task.keys());
		this.counters = task.workload() == Workload.STATE;
	}

	/** Counts an output. Those of a partition come in their order. */
	public void add(byte[] payload) {
		int number = Orders.number(payload);
		this.count.add(number);
		boolean right = number >= 0 && (this.counters ? Orders.count(payload) == this.count.countOfKey(number)
				: Orders.isAccepted(payload));
		if (!right) {
			this.count.addWrong();
		}
	}

	public Soundness soundness() {
		return this.count.soundness();
	}

}
