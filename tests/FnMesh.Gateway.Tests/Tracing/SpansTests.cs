using System.Diagnostics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Tests.Tracing;

public class SpansTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void A_call_continues_the_callers_trace_and_says_what_was_decided()
    {
        using var rig = new SpanRig();
        var context = TraceHeaders.Parse(Parent, "fnmesh=00f067aa0ba902b7,foo=1");

        var call = rig.Spans.StartCall(context, "POST", "/orders")!;
        Spans.SetPrincipal(call, "anonymous");
        Spans.SetRoute(call, "orders");
        Spans.SetBackend(call, "orders", "orders-v1");
        rig.Time.Advance(TimeSpan.FromMilliseconds(41));
        rig.Spans.Finish(call, Outcome.Answered(202));

        Assert.Equal("POST /orders", call.DisplayName);
        Assert.Equal(ActivityKind.Server, call.Kind);
        Assert.Equal(context!.Value.TraceId, call.TraceId);
        Assert.Equal(context.Value.SpanId, call.ParentSpanId);
        Assert.True(call.HasRemoteParent);
        Assert.Equal("foo=1", call.TraceStateString);
        Assert.Equal(rig.Time.Start.UtcDateTime, call.StartTimeUtc);
        Assert.Equal(TimeSpan.FromMilliseconds(41), call.Duration);
        Assert.Equal(ActivityStatusCode.Unset, call.Status);
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["fnmesh.kind"] = "call",
                ["fnmesh.mesh_parent"] = "00f067aa0ba902b7",
                ["http.request.method"] = "POST",
                ["url.path"] = "/orders",
                ["fnmesh.principal"] = "anonymous",
                ["fnmesh.route"] = "orders",
                ["http.route"] = "orders",
                ["fnmesh.app"] = "orders",
                ["fnmesh.revision"] = "orders-v1",
                ["fnmesh.verdict"] = "Answered",
                ["http.response.status_code"] = 202,
            },
            SpanRig.Tags(call));
        Assert.Same(call, Assert.Single(rig.Ended));
    }

    [Fact]
    public void A_refused_call_has_its_verdict_and_reason_and_a_fault_of_the_mesh_is_an_error()
    {
        using var rig = new SpanRig();

        var denied = rig.Spans.StartCall(null, "frobnicate", "/secret")!;
        rig.Spans.Finish(denied, new Outcome(Verdict.Denied, "no rule allows it"));
        var late = rig.Spans.StartCall(null, "GET", "/slow")!;
        rig.Spans.Finish(late, new Outcome(Verdict.Timeout, "after 2 s"));
        var failed = rig.Spans.StartCall(null, "GET", "/")!;
        rig.Spans.Finish(failed, Outcome.Answered(500));

        Assert.Equal("_OTHER /secret", denied.DisplayName);
        Assert.Equal("frobnicate", denied.GetTagItem("http.request.method_original"));
        Assert.Equal(("Denied", "no rule allows it", 403), (denied.GetTagItem("fnmesh.verdict"), denied.GetTagItem("fnmesh.reason"), denied.GetTagItem("http.response.status_code")));
        Assert.Equal(ActivityStatusCode.Unset, denied.Status);
        Assert.Equal((ActivityStatusCode.Error, "Timeout"), (late.Status, late.GetTagItem("error.type")));
        Assert.Equal((ActivityStatusCode.Error, "500"), (failed.Status, failed.GetTagItem("error.type")));
    }

    [Fact]
    public void A_delivery_is_the_child_of_its_publish_and_linked_to_it()
    {
        using var rig = new SpanRig();
        var publish = rig.Spans.StartPublish(null)!;
        Spans.SetEvents(publish, [SpanRig.Published()]);
        rig.Spans.Finish(publish, new Outcome(Verdict.Answered, null), 202);
        var producer = TraceHeaders.Parse(TraceHeaders.Format(TraceContext.Onward(publish, null, new Randomness(1))), null);

        var delivery = rig.Spans.StartDelivery(producer, "payments-charge", 2, SpanRig.Event(subject: "o-1"))!;
        rig.Spans.Finish(delivery, Outcome.Answered(200));

        Assert.Equal(("publish default", ActivityKind.Producer), (publish.DisplayName, publish.Kind));
        Assert.Equal(("deliver payments-charge", ActivityKind.Consumer), (delivery.DisplayName, delivery.Kind));
        Assert.Equal(default, publish.ParentSpanId);
        Assert.Equal((publish.TraceId, publish.SpanId), (delivery.TraceId, delivery.ParentSpanId));
        Assert.Equal(publish.SpanId, Assert.Single(delivery.Links).Context.SpanId);
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["fnmesh.kind"] = "publish",
                ["messaging.system"] = "fnmesh",
                ["messaging.operation.name"] = "publish",
                ["messaging.operation.type"] = "send",
                ["messaging.destination.name"] = "default",
                ["cloudevents.event_id"] = "1",
                ["cloudevents.event_source"] = "/orders",
                ["cloudevents.event_type"] = "shop.order.placed",
                ["fnmesh.verdict"] = "Answered",
                ["http.response.status_code"] = 202,
            },
            SpanRig.Tags(publish));
        var tags = SpanRig.Tags(delivery);
        Assert.Equal(("deliver", "payments-charge", 2, "o-1", "process"), (
            tags["fnmesh.kind"], tags["fnmesh.subscription"], tags["fnmesh.delivery"], tags["cloudevents.event_subject"], tags["messaging.operation.type"]));
    }

    [Fact]
    public void A_batch_says_how_many()
    {
        using var rig = new SpanRig();
        var publish = rig.Spans.StartPublish(null)!;

        Spans.SetEvents(publish, [SpanRig.Published(), SpanRig.Published("2")]);

        Assert.Equal(2, publish.GetTagItem("messaging.batch.message_count"));
        Assert.Null(publish.GetTagItem("cloudevents.event_id"));
    }

    [Fact]
    public void Each_attempt_is_a_child_and_a_repetition_counts()
    {
        using var rig = new SpanRig();
        var call = rig.Spans.StartCall(null, "GET", "/");
        var first = rig.Spans.StartAttempt(call, 1)!;
        Spans.FinishAttempt(first, new AttemptRecord(rig.Time.GetUtcNow(), TimeSpan.FromMilliseconds(3), null, null, Verdict.NoEndpoint, "none is ready"));
        var second = rig.Spans.StartAttempt(call, 2)!;
        Spans.FinishAttempt(second, new AttemptRecord(rig.Time.GetUtcNow(), TimeSpan.FromMilliseconds(5), new Uri("http://127.0.0.1:5001"), 503, Verdict.Answered, null));

        Assert.Equal(call!.SpanId, first.ParentSpanId);
        Assert.Equal((call.SpanId, "attempt 2", ActivityKind.Client, TimeSpan.FromMilliseconds(5)), (second.ParentSpanId, second.DisplayName, second.Kind, second.Duration));
        Assert.Equal("NoEndpoint", first.GetTagItem("error.type"));
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["fnmesh.kind"] = "attempt",
                ["fnmesh.attempt"] = 2,
                ["http.request.resend_count"] = 1,
                ["server.address"] = "127.0.0.1",
                ["server.port"] = 5001,
                ["fnmesh.verdict"] = "Answered",
                ["http.response.status_code"] = 503,
                ["error.type"] = "503",
            },
            SpanRig.Tags(second));
    }

    [Fact]
    public void The_hosts_current_activity_is_neither_parent_nor_lost()
    {
        using var rig = new SpanRig();
        using var host = new Activity("host").Start();

        var call = rig.Spans.StartCall(null, "GET", "/")!;
        Assert.Same(host, Activity.Current);
        var attempt = rig.Spans.StartAttempt(call, 1)!;
        Assert.Same(host, Activity.Current);
        Activity.Current = null;
        Spans.FinishAttempt(attempt, new AttemptRecord(rig.Time.GetUtcNow(), default, null, 200, Verdict.Answered, null));
        rig.Spans.Finish(call, Outcome.Answered(200));

        Assert.Null(Activity.Current);
        Assert.NotEqual(host.TraceId, call.TraceId);
        Assert.Equal(call.TraceId, attempt.TraceId);
    }

    [Fact]
    public void When_nobody_listens_there_is_no_span_and_the_callers_context_goes_on()
    {
        using var rig = new SpanRig(listens: false);
        var context = TraceHeaders.Parse(Parent, "fnmesh=00f067aa0ba902b7,foo=1");

        var call = rig.Spans.StartCall(context, "GET", "/");
        rig.Spans.Finish(call, Outcome.Answered(200));

        Assert.Null(call);
        Assert.Null(rig.Spans.StartAttempt(call, 1));
        Assert.Equal(context, TraceContext.Onward(call, context, new Randomness(1)));
        Assert.NotEqual(default, TraceContext.Onward(null, null, new Randomness(1)).TraceId);
    }

    [Fact]
    public void A_span_that_is_not_recorded_carries_ids_and_nothing_else()
    {
        using var rig = new SpanRig(ActivitySamplingResult.PropagationData);
        var context = TraceHeaders.Parse(Parent, "fnmesh=00f067aa0ba902b7");

        var call = rig.Spans.StartCall(context, "GET", "/")!;
        rig.Spans.Finish(call, Outcome.Answered(200));
        var onward = TraceContext.Onward(call, context, new Randomness(1));

        Assert.Empty(call.TagObjects);
        Assert.Equal((call.TraceId, call.SpanId), (onward.TraceId, onward.SpanId));
        Assert.Equal("00f067aa0ba902b7", onward.MeshParent.ToHexString());
    }

    [Fact]
    public void A_recorded_span_is_the_mesh_parent_of_what_follows()
    {
        using var rig = new SpanRig();
        var call = rig.Spans.StartCall(TraceHeaders.Parse(Parent, "foo=1"), "GET", "/");
        var attempt = rig.Spans.StartAttempt(call, 1)!;

        var onward = TraceContext.Onward(attempt, TraceHeaders.Parse(Parent, "foo=1"), new Randomness(1));

        Assert.Equal($"00-0af7651916cd43dd8448eb211c80319c-{attempt.SpanId}-01", TraceHeaders.Format(onward));
        Assert.Equal($"fnmesh={attempt.SpanId},foo=1", TraceState.Format(onward));
    }
}
