#pragma once

namespace hearth {

/// Functions for the alternatives of a std::variant, as one object for std::visit.
template <typename... Cases>
struct Visitor : Cases...
{
    using Cases::operator()...;
};
template <typename... Cases>
Visitor(Cases...) -> Visitor<Cases...>;

} // namespace hearth
