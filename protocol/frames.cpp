#include "protocol/clientframes.h"
#include "protocol/serverframes.h"

namespace hearth {

ClientFrame::ClientFrame() = default;
ClientFrame::ClientFrame(const ClientFrame &) = default;
ClientFrame::ClientFrame(ClientFrame &&) noexcept = default;
ClientFrame &ClientFrame::operator=(const ClientFrame &) = default;
ClientFrame &ClientFrame::operator=(ClientFrame &&) noexcept = default;
ClientFrame::~ClientFrame() = default;

bool operator==(const ClientFrame &left, const ClientFrame &right)
{
    using Variant = ClientFrame::variant;
    return static_cast<const Variant &>(left) == static_cast<const Variant &>(right);
}

ServerFrame::ServerFrame() = default;
ServerFrame::ServerFrame(const ServerFrame &) = default;
ServerFrame::ServerFrame(ServerFrame &&) noexcept = default;
ServerFrame &ServerFrame::operator=(const ServerFrame &) = default;
ServerFrame &ServerFrame::operator=(ServerFrame &&) noexcept = default;
ServerFrame::~ServerFrame() = default;

bool operator==(const ServerFrame &left, const ServerFrame &right)
{
    using Variant = ServerFrame::variant;
    return static_cast<const Variant &>(left) == static_cast<const Variant &>(right);
}

} // namespace hearth
