package io.doab.stream.redis;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A connection of a simulated member, as TCP is: what arrives, arrives in order. When it
 * breaks, what was sent before may still arrive, after what the next connection brings;
 * answers do not.
 */
final class Connection {

	private final Schedule schedule;

	private final VirtualTime time;

	private final SimulatedMember member;

	private final SimulatedProcess process;

	private final SimulatedServer server;

	private final long run;

	/** When what was sent last arrives. */
	private long requestsArrive;

	private long answersArrive;

	private boolean requestsLost;

	private boolean answersLost;

	private boolean open = true;

	private int sent;

	/** Of a broken connection: how many of its requests arrive, and how late. */
	private int surviving;

	private long late;

	/** When the requests without an answer were sent. */
	private final Queue<Long> unanswered = new ArrayDeque<>();

	private boolean watched;

	Connection(Schedule schedule, SimulatedMember member) {
		this.schedule = schedule;
		this.time = schedule.time();
		this.member = member;
		this.process = member.process();
		this.server = schedule.server();
		this.run = this.server.run();
	}

	boolean isOpen() {
		return this.open;
	}

	SimulatedServer server() {
		return this.server;
	}

	long run() {
		return this.run;
	}

	/** Sends a request. There is an answer, or the connection ends. */
	<T> void ask(Function<SimulatedServer, T> request, Consumer<T> answer) {
		this.unanswered.add(this.time.now());
		watch();
		if (!this.open) {
			return;
		}
		this.requestsLost |= this.process.isCutOffFromServer();
		int number = ++this.sent;
		this.requestsArrive = Math.max(this.requestsArrive, this.time.now() + this.schedule.weather().latency());
		if (!this.requestsLost) {
			this.time.at(this.requestsArrive, () -> arrive(number, request, answer));
		}
	}

	private <T> void arrive(int number, Function<SimulatedServer, T> request, Consumer<T> answer) {
		if (this.open) {
			serve(request, answer);
		}
		else if (number <= this.surviving) {
			this.schedule.count(Happening.REQUEST_THAT_CAME_LATE);
			this.time.after(this.schedule.beforeCalm(this.late), () -> serve(request, answer));
		}
	}

	private <T> void serve(Function<SimulatedServer, T> request, Consumer<T> answer) {
		if (!this.server.isUp() || this.server.run() != this.run) {
			return;
		}
		if (this.open && this.schedule.weather().missesScript()) {
			this.schedule.count(Happening.SCRIPT_SENT_AGAIN);
			reply((missing) -> ask(request, answer), "NOSCRIPT");
			return;
		}
		reply(answer, request.apply(this.server));
	}

	private <T> void reply(Consumer<T> answer, T reply) {
		this.answersLost |= this.process.isCutOffFromClient();
		if (this.open && !this.answersLost) {
			this.answersArrive = Math.max(this.answersArrive, this.time.now() + this.schedule.weather().latency());
			this.time.at(this.answersArrive, () -> deliver(answer, reply));
		}
	}

	private <T> void deliver(Consumer<T> answer, T reply) {
		if (!this.open || !this.process.isAlive()) {
			return;
		}
		if (this.time.now() < this.process.answersWaitUntil()) {
			this.answersArrive = Math.max(this.answersArrive, this.process.answersWaitUntil());
			this.time.at(this.process.answersWaitUntil(), () -> deliver(answer, reply));
			return;
		}
		this.unanswered.remove();
		answer.accept(reply);
	}

	/** What the server publishes; it may get lost. */
	void publish(String notice) {
		if (this.open && !this.answersLost) {
			this.time.after(this.schedule.weather().latency(), () -> this.member.noticed(this, notice));
		}
	}

	/** The client gives up a connection that does not answer. */
	private void watch() {
		if (!this.watched) {
			this.watched = true;
			this.process.at(this.unanswered.element() + Schedule.COMMAND_TIMEOUT, this::check);
		}
	}

	private void check() {
		this.watched = false;
		Long first = this.unanswered.peek();
		if (first != null && this.time.now() - first >= Schedule.COMMAND_TIMEOUT) {
			this.schedule.count(Happening.ANSWER_OVERDUE);
			this.unanswered.clear();
			close();
			this.member.lost(this);
		}
		else if (first != null) {
			watch();
		}
	}

	/** From now on one direction, or both, is slow, and all that follows waits. */
	void delay(long requests, long answers) {
		this.requestsArrive = Math.max(this.requestsArrive, this.time.now() + this.schedule.beforeCalm(requests));
		this.answersArrive = Math.max(this.answersArrive, this.time.now() + this.schedule.beforeCalm(answers));
	}

	/** Ends it; the other side gets some of what is on its way, or nothing. */
	void close() {
		if (this.open) {
			this.open = false;
			this.surviving = this.schedule.weather().surviving(this.sent);
			this.late = this.schedule.weather().lateness();
		}
	}

	/** It breaks, and the member is told after a while. */
	void breakOff() {
		if (this.open) {
			close();
			this.process.at(this.time.now() + this.schedule.weather().latency(), () -> this.member.lost(this));
		}
	}

	/** Nothing can come of it any more, though nobody has said so. */
	boolean isSilent() {
		return this.requestsLost || this.answersLost;
	}

}
