using System.Buffers.Binary;
using System.Diagnostics;
using FnMesh.Gateway.Tracing;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Trace;

namespace FnMesh.Gateway.Tests.Tracing;

public sealed class TraceSamplerTests
{
    public static TheoryData<string, string?> Samplers => new()
    {
        { "always_on", null }, { "always_off", null }, { "traceidratio", "0.3" }, { "traceidratio", "1" }, { "traceidratio", "0" }, { "traceidratio", "many" },
        { "parentbased_always_on", null }, { "parentbased_always_off", null }, { "parentbased_traceidratio", "0.3" }, { "PARENTBASED_TRACEIDRATIO", "1.5" },
    };

    [Theory]
    [MemberData(nameof(Samplers))]
    public void It_decides_as_OpenTelemetry_does(string name, string? share)
    {
        var sampler = TraceSampler.Of(new ConfigurationBuilder().AddInMemoryCollection([new("OTEL_TRACES_SAMPLER", name), new("OTEL_TRACES_SAMPLER_ARG", share)]).Build());
        var standard = Standard(name.ToLowerInvariant(), share);
        var (randomness, bytes) = (new Randomness(7), new byte[16]);
        for (var i = 0; i < 1_000; i++)
        {
            var trace = new UInt128(randomness.NextUInt64(), randomness.NextUInt64() | 1);
            BinaryPrimitives.WriteUInt128BigEndian(bytes, trace);
            foreach (var caller in (ActivityTraceFlags?[])[null, ActivityTraceFlags.None, ActivityTraceFlags.Recorded])
            {
                var id = ActivityTraceId.CreateFromBytes(bytes);
                var parent = caller is { } flags ? new ActivityContext(id, ActivitySpanId.CreateRandom(), flags, null, isRemote: true) : default;
                Assert.Equal(standard.ShouldSample(new(parent, id, "call", ActivityKind.Server)).Decision == SamplingDecision.RecordAndSample, sampler.Records(trace, caller));
            }
        }
    }

    [Fact]
    public void A_trace_that_nobody_records_goes_on_with_a_span_of_its_own_and_says_so()
    {
        using var rig = new SpanRig();
        var spans = new Spans(rig.Source, rig.Time, new TraceSampler(followsCaller: false, share: 0));
        var caller = TraceHeaders.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "foo=1,fnmesh=00f067aa0ba902b7");

        Assert.True(spans.Drops(caller, new Randomness(1), out var onward));

        var told = TraceHeaders.Format(onward!.Value);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", told, StringComparison.Ordinal);
        Assert.EndsWith("-00", told, StringComparison.Ordinal);
        Assert.NotEqual("b7ad6b7169203331", onward.Value.SpanId.ToHexString());
        Assert.Equal(TraceState.Format(caller!.Value), TraceState.Format(onward.Value));
    }

    [Fact]
    public void A_trace_that_begins_here_is_recorded_under_the_id_by_which_that_was_decided()
    {
        using var rig = new SpanRig();
        var spans = new Spans(rig.Source, rig.Time, new TraceSampler(followsCaller: true, share: 1));

        Assert.False(spans.Drops(null, new Randomness(1), out var begun));
        var call = spans.StartCall(begun, "GET", "/")!;

        Assert.Equal(begun!.Value.TraceId, call.TraceId);
        Assert.Equal(default, call.ParentSpanId);
        Assert.True(call.Recorded);
    }

    private static Sampler Standard(string name, string? share)
    {
        var ratio = double.TryParse(share, System.Globalization.CultureInfo.InvariantCulture, out var read) && read is >= 0 and <= 1 ? read : 1;
        Sampler root = name switch
        {
            _ when name.EndsWith("always_on", StringComparison.Ordinal) => new AlwaysOnSampler(),
            _ when name.EndsWith("always_off", StringComparison.Ordinal) => new AlwaysOffSampler(),
            _ => new TraceIdRatioBasedSampler(ratio),
        };
        return name.StartsWith("parentbased", StringComparison.Ordinal) ? new ParentBasedSampler(root) : root;
    }
}
