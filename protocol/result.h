#pragma once

#include <type_traits>
#include <utility>
#include <variant>

namespace hearth {

/// Wraps an error so that it can become a `Result` of any value type (std::unexpected of C++23).
template <typename E>
class Unexpected
{
public:
    constexpr explicit Unexpected(E error) : m_error(std::move(error)) { }
    [[nodiscard]] constexpr const E &error() const & { return m_error; }
    [[nodiscard]] constexpr E &&error() && { return std::move(m_error); }

private:
    E m_error;
};

/// Either a value or the reason why there is none. The names are those of std::expected (C++23,
/// which GCC 12 does not offer in C++20), so that an alias can replace this class later.
template <typename T, typename E>
class [[nodiscard]] Result
{
    using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

public:
    using value_type = T;
    using error_type = E;

    constexpr Result()
        requires std::is_void_v<T>
        : m_state(std::in_place_index<0>)
    {
    }
    template <typename U = Value>
        requires(!std::is_void_v<T> && std::is_convertible_v<U, Value>
                 && !std::is_same_v<std::remove_cvref_t<U>, Result>)
    constexpr Result(U &&value) // NOLINT(google-explicit-constructor): as std::expected does
        : m_state(std::in_place_index<0>, std::forward<U>(value))
    {
    }
    template <typename G>
        requires std::is_convertible_v<G, E>
    constexpr Result(Unexpected<G> unexpected) // NOLINT(google-explicit-constructor)
        : m_state(std::in_place_index<1>, std::move(unexpected).error())
    {
    }

    [[nodiscard]] constexpr bool has_value() const { return m_state.index() == 0; }
    constexpr explicit operator bool() const { return has_value(); }

    /// The value. Asking a failed result for it is a bug of the caller.
    [[nodiscard]] constexpr const Value &value() const & { return std::get<0>(m_state); }
    [[nodiscard]] constexpr Value &value() & { return std::get<0>(m_state); }
    [[nodiscard]] constexpr Value &&value() && { return std::get<0>(std::move(m_state)); }
    constexpr const Value &operator*() const & { return value(); }
    constexpr Value &operator*() & { return value(); }
    constexpr Value &&operator*() && { return std::move(*this).value(); }
    constexpr const Value *operator->() const { return &value(); }
    constexpr Value *operator->() { return &value(); }

    template <typename U>
    [[nodiscard]] constexpr Value value_or(U &&fallback) const &
    {
        return has_value() ? value() : static_cast<Value>(std::forward<U>(fallback));
    }

    /// The error. Asking a successful result for it is a bug of the caller.
    [[nodiscard]] constexpr const E &error() const { return std::get<1>(m_state); }

private:
    std::variant<Value, E> m_state;
};

} // namespace hearth
