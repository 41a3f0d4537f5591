using System.Diagnostics;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Tests.Tracing;

public class TraceHeadersTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Span = "b7ad6b7169203331";
    private const string Parent = $"00-{Trace}-{Span}-01";

    [Theory]
    [InlineData(Parent)]
    [InlineData($" \t{Parent} \t")]
    [InlineData($"cc-{Trace}-{Span}-01")]
    [InlineData($"cc-{Trace}-{Span}-01-what-the-future-brings")]
    [InlineData($"01-{Trace}-{Span}-01-")]
    public void A_valid_parent_continues_its_trace(string parent)
    {
        var context = TraceHeaders.Parse(parent, null);

        Assert.NotNull(context);
        Assert.Equal(Trace, context.Value.TraceId.ToHexString());
        Assert.Equal(Span, context.Value.SpanId.ToHexString());
        Assert.Equal(ActivityTraceFlags.Recorded, context.Value.Flags);
        Assert.Equal(Parent, TraceHeaders.Format(context.Value));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData($"ff-{Trace}-{Span}-01")]
    [InlineData($"FF-{Trace}-{Span}-01")]
    [InlineData($"0-{Trace}-{Span}-01")]
    [InlineData($"000-{Trace}-{Span}-01")]
    [InlineData($".0-{Trace}-{Span}-01")]
    [InlineData($"00-00000000000000000000000000000000-{Span}-01")]
    [InlineData($"00-{Trace}-0000000000000000-01")]
    [InlineData($"00-0AF7651916CD43DD8448EB211C80319C-{Span}-01")]
    [InlineData($"00-{Trace}-B7AD6B7169203331-01")]
    [InlineData($"00-.af7651916cd43dd8448eb211c80319c-{Span}-01")]
    [InlineData($"00-{Trace}1-{Span}-01")]
    [InlineData($"00-{Trace}-{Span}1-01")]
    [InlineData($"00-{Trace}-{Span}-0A")]
    [InlineData($"00-{Trace}-{Span}-1")]
    [InlineData($"00-{Trace}-{Span}-001")]
    [InlineData($"00-{Trace}-{Span}-01-")]
    [InlineData($"00-{Trace}-{Span}-01.what")]
    [InlineData($"cc-{Trace}-{Span}-01.what")]
    [InlineData($"00_{Trace}_{Span}_01")]
    [InlineData($"00-{Trace}-{Span}")]
    [InlineData($"{Parent},{Parent}")]
    public void An_invalid_parent_starts_anew_and_drops_the_state(string? parent) =>
        Assert.Null(TraceHeaders.Parse(parent, "foo=1"));

    [Theory]
    [InlineData("00", "00")]
    [InlineData("03", "03")]
    [InlineData("ff", "03")]
    [InlineData("08", "00")]
    public void Flags_that_nobody_defined_are_not_passed_on(string received, string sent)
    {
        var context = TraceHeaders.Parse($"00-{Trace}-{Span}-{received}", null);

        Assert.Equal($"00-{Trace}-{Span}-{sent}", TraceHeaders.Format(context!.Value));
    }

    [Fact]
    public void A_malformed_state_is_dropped_and_the_parent_kept()
    {
        var context = TraceHeaders.Parse(Parent, "foo=1,BAR=2");

        Assert.Equal(Trace, context!.Value.TraceId.ToHexString());
        Assert.Null(context.Value.State);
    }

    [Fact]
    public void A_new_trace_that_nobody_records_has_ids_that_the_seed_decides()
    {
        var first = TraceContext.NewUnrecorded(new Randomness(7));

        Assert.Equal(first, TraceContext.NewUnrecorded(new Randomness(7)));
        Assert.NotEqual(first.TraceId, TraceContext.NewUnrecorded(new Randomness(8)).TraceId);
        Assert.Equal(first with { }, TraceHeaders.Parse(TraceHeaders.Format(first), null));
        Assert.Equal(ActivityTraceFlags.None, first.Flags);
    }

    [Fact]
    public void Nothing_that_is_sent_is_ever_thrown_upon()
    {
        var randomness = new Randomness(42);
        const string Alphabet = "0123456789abcdefABCDEF-_=,@ \t;fnmesh\u0000é";
        for (var run = 0; run < 100_000; run++)
        {
            var length = (int)(randomness.NextUInt64() % 80);
            var text = string.Create(length, randomness, static (to, from) =>
            {
                for (var i = 0; i < to.Length; i++) to[i] = Alphabet[(int)(from.NextUInt64() % (ulong)Alphabet.Length)];
            });
            TraceHeaders.Parse(text, text);
            if (TraceHeaders.Parse(Parent, text) is { State: { } state } context)
            {
                Assert.Equal(state, TraceState.Parse(state).Others);
                Assert.Equal(Trace, context.TraceId.ToHexString());
            }
        }
    }
}
