using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Compilation;

public class FaultTests
{
    [Fact]
    public void A_fault_without_a_percentage_is_of_everything_and_its_headers_are_kept_in_lower_case()
    {
        var fault = Fault("fault: { delay: { duration: 5ms }, abort: { percent: 3, status: 418 }, headers: [ { name: X-Chaos, value: 'yes' } ] }")!;

        Assert.Equal((new DelayEntry(100, TimeSpan.FromMilliseconds(5)), new AbortEntry(3, 418)), (fault.Delay, fault.Abort));
        Assert.Equal([new HeaderMatchEntry("x-chaos", "yes")], fault.Headers);
    }

    [Fact]
    public void Nought_percent_turns_off_what_a_wider_policy_says()
    {
        Assert.Null(Fault("fault: { abort: { percent: 0 } }", Policies.Traffic("mesh", "{ targetRefs: [ { kind: Mesh } ], fault: { abort: { status: 503 } } }")));
        Assert.NotNull(Fault("retry: { attempts: 1 }", Policies.Traffic("mesh", "{ targetRefs: [ { kind: Mesh } ], fault: { abort: { status: 503 } } }")));
    }

    [Fact]
    public void An_abort_may_have_a_status_of_gRPC_beside_or_instead_of_its_own()
    {
        Assert.Equal(new AbortEntry(100, null) { GrpcStatus = 14 }, Fault("fault: { abort: { grpcStatus: UNAVAILABLE } }")!.Abort);
        Assert.Equal(new AbortEntry(7, 503) { GrpcStatus = 8 }, Fault("fault: { abort: { percent: 7, status: 503, grpcStatus: RESOURCE_EXHAUSTED } }")!.Abort);
        Assert.Equal(
            new AbortEntry(100, 500) { GrpcStatus = 13 },
            Fault("fault: { abort: { grpcStatus: INTERNAL } }", Policies.Traffic("mesh", "{ targetRefs: [ { kind: Mesh } ], fault: { abort: { status: 500 } } }"))!.Abort);
    }

    private static FaultEntry? Fault(string fields, params string[] more)
    {
        var compilation = Policies.Compile([Policies.App("app", "app-v1"), Policies.Traffic("own", $"{{ targetRefs: [ {{ kind: FunctionApp, name: app }} ], {fields} }}"), .. more]);
        Assert.Empty(compilation.Diagnostics);
        return compilation.Snapshot!.Apps[0].Resilience.Fault;
    }
}
