#pragma once

namespace hearth {

/// The calling thread gives way to the others from now on: whatever it computes is waited for by one person, and what the
/// others do by everybody. It still has its share where the processor is never idle.
void lowerPriorityOfThisThread();

} // namespace hearth
