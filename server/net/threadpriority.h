#pragma once

namespace hearth {

/// The calling thread gives way to the others from now on: whatever it computes is waited for by one person, and what the
/// others do by everybody. It still has its share where the processor is never idle. A thread that has less already keeps that.
void lowerPriorityOfThisThread();

/// The calling thread, and those that it begins later, run for a shorter time at once when others are ready too, and are due
/// the sooner: for threads that do a little many times a second. On Linux from 6.12 on; elsewhere nothing changes.
void shortenSliceOfThisThread();

} // namespace hearth
