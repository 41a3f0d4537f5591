using System.Diagnostics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Tests.Tracing;

public class RefusalsTests
{
    private static readonly ActivityTraceId Trace = ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c");

    [Fact]
    public void A_refusal_is_one_line_with_the_names_of_spans()
    {
        var log = new LineLogger();

        Refusals.Log(log, new Refusal
        {
            Kind = EnvelopeKind.Call,
            Outcome = new Outcome(Verdict.Denied, "the rule \"edge\" allows no DELETE"),
            Status = 403,
            TraceId = Trace,
            Method = "DELETE",
            Path = "/orders/7",
            Principal = "anonymous",
            Route = "orders",
            App = "orders",
        });

        var (level, line, values) = Assert.Single(log.Lines);
        Assert.Equal(LogLevel.Information, level);
        Assert.Equal(
            """
            Refused fnmesh.verdict=Denied http.response.status_code=403 fnmesh.kind=call http.request.method=DELETE url.path=/orders/7 fnmesh.principal=anonymous fnmesh.route=orders fnmesh.app=orders fnmesh.reason="the rule \"edge\" allows no DELETE" trace_id=0af7651916cd43dd8448eb211c80319c
            """,
            line);
        Assert.Equal("/orders/7", values["url.path"]);
        Assert.Equal(403, values["http.response.status_code"]);
    }

    [Fact]
    public void Nothing_from_outside_ends_the_line_or_steers_the_terminal()
    {
        var log = new LineLogger();
        const string Hostile = "/a\r\nRefused fake\n\u001b[2J\0\u0085\u2028\u202e\u007f\\n\ud800é";

        Refusals.Log(log, new Refusal
        {
            Kind = EnvelopeKind.Publish,
            Outcome = new Outcome(Verdict.Malformed, Hostile),
            Status = 400,
            TraceId = Trace,
            Method = Hostile,
            Path = Hostile,
            Principal = Hostile,
            EventType = Hostile,
            EventId = Hostile,
            Subscription = Hostile,
        });

        var (_, line, values) = Assert.Single(log.Lines);
        Assert.Equal(@"/a\u000d\u000aRefused fake\u000a\u001b[2J\u0000\u0085\u2028\u202e\u007f\\n\ud800é", values["url.path"]);
        Assert.All(line, c => Assert.False(char.IsControl(c) || c is '\u2028' or '\u202e' || char.IsSurrogate(c)));
    }

    [Fact]
    public void Long_text_is_cut()
    {
        Assert.Equal(1024, LogText.Clean(new string('a', 5000)).Length);
        Assert.Same("plain é", LogText.Clean("plain é"));
    }

    [Theory]
    [InlineData((int)Verdict.NoRoute, LogLevel.Information)]
    [InlineData((int)Verdict.Unreachable, LogLevel.Warning)]
    [InlineData((int)Verdict.Bug, LogLevel.Error)]
    public void The_level_says_whose_fault_it_is(int verdict, LogLevel level)
    {
        var log = new LineLogger();

        Refusals.Log(log, new Refusal { Kind = EnvelopeKind.Call, Outcome = new Outcome((Verdict)verdict, null), Status = 0, TraceId = Trace });

        Assert.Equal(level, Assert.Single(log.Lines).Level);
    }

    private sealed class LineLogger : ILogger
    {
        public List<(LogLevel Level, string Line, Dictionary<string, object?> Values)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception), ((IReadOnlyList<KeyValuePair<string, object?>>)state!).ToDictionary(pair => pair.Key, pair => pair.Value)));
    }
}
