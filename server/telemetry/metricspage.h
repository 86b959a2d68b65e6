#pragma once

#include <QByteArray>

#include <initializer_list>
#include <utility>

namespace hearth {

class Histogram;

/// Writes figures in the text format of Prometheus, version 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats). Names, help texts and label names are ours and plain; label
/// values are escaped.
class MetricsPage
{
public:
    using Label = std::pair<QByteArray, QByteArray>;

    static constexpr auto ContentType = "text/plain; version=0.0.4; charset=utf-8";

    void gauge(const QByteArray &name, const QByteArray &help, double value);
    void counter(const QByteArray &name, const QByteArray &help, quint64 value);
    void histogram(const QByteArray &name, const QByteArray &help, const Histogram &values);

    /// For figures with labels: begins them; `sample()` gives each one.
    void beginCounter(const QByteArray &name, const QByteArray &help) { begin(name, help, "counter"); }
    void beginGauge(const QByteArray &name, const QByteArray &help) { begin(name, help, "gauge"); }
    void beginHistogram(const QByteArray &name, const QByteArray &help) { begin(name, help, "histogram"); }
    void sample(std::initializer_list<Label> labels, double value);
    void sample(const Label &label, const Histogram &values);

    [[nodiscard]] const QByteArray &text() const { return m_text; }

private:
    void begin(const QByteArray &name, const QByteArray &help, const QByteArray &type);
    void line(const QByteArray &suffix, std::initializer_list<Label> labels, const QByteArray &value);

    QByteArray m_name; ///< of the figure that is being written
    QByteArray m_text;
};

} // namespace hearth
