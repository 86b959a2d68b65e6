#include "server/telemetry/metricspage.h"

#include "server/telemetry/histogram.h"

namespace hearth {

namespace {

QByteArray escaped(QByteArray value)
{
    return value.replace('\\', "\\\\").replace('\n', "\\n").replace('"', "\\\"");
}

/// The shortest text that reads back as the same number; whole ones up to 2⁵³ without an exponent.
QByteArray numberText(double value)
{
    constexpr double LargestWhole = 9'007'199'254'740'992.0;
    if (value >= 0 && value <= LargestWhole && value == static_cast<double>(static_cast<quint64>(value)))
        return QByteArray::number(static_cast<quint64>(value));
    return QByteArray::number(value, 'g', 15);
}

} // namespace

void MetricsPage::gauge(const QByteArray &name, const QByteArray &help, double value)
{
    begin(name, help, "gauge");
    line({}, {}, numberText(value));
}

void MetricsPage::counter(const QByteArray &name, const QByteArray &help, quint64 value)
{
    begin(name, help, "counter");
    line({}, {}, QByteArray::number(value));
}

void MetricsPage::histogram(const QByteArray &name, const QByteArray &help, const Histogram &values)
{
    begin(name, help, "histogram");
    for (std::size_t i = 0; i < values.bounds().size(); ++i)
        line("_bucket", { { "le", numberText(values.bounds()[i]) } }, QByteArray::number(values.countUpTo(i)));
    line("_bucket", { { "le", "+Inf" } }, QByteArray::number(values.count()));
    line("_sum", {}, numberText(values.sum()));
    line("_count", {}, QByteArray::number(values.count()));
}

void MetricsPage::sample(std::initializer_list<Label> labels, double value) { line({}, labels, numberText(value)); }

void MetricsPage::sample(const Label &label, const Histogram &values)
{
    for (std::size_t i = 0; i < values.bounds().size(); ++i)
        line("_bucket", { label, { "le", numberText(values.bounds()[i]) } }, QByteArray::number(values.countUpTo(i)));
    line("_bucket", { label, { "le", "+Inf" } }, QByteArray::number(values.count()));
    line("_sum", { label }, numberText(values.sum()));
    line("_count", { label }, QByteArray::number(values.count()));
}

void MetricsPage::begin(const QByteArray &name, const QByteArray &help, const QByteArray &type)
{
    m_name = name;
    m_text += "# HELP " + name + ' ' + help + '\n';
    m_text += "# TYPE " + name + ' ' + type + '\n';
}

void MetricsPage::line(const QByteArray &suffix, std::initializer_list<Label> labels, const QByteArray &value)
{
    m_text += m_name + suffix;
    char before = '{';
    for (const auto &[name, text] : labels) {
        m_text += before + name + "=\"" + escaped(text) + '"';
        before = ',';
    }
    if (labels.size() > 0)
        m_text += '}';
    m_text += ' ' + value + '\n';
}

} // namespace hearth
