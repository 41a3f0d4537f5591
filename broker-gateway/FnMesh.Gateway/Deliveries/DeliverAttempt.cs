using System.Globalization;
using System.Net;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tracing;
using FnMesh.Gateway.Webhooks;
using FnMesh.Node.Http;
using FnMesh.Node.Members;

namespace FnMesh.Gateway.Deliveries;

/// <summary>Posts an event to a subscriber's endpoint in CloudEvents binary mode, and reads what it answers.</summary>
internal sealed class DeliverAttempt(HttpMessageInvoker client, TimeProvider time) : IDeliveryAttempt
{
    /// <summary>How much of an answer that is no success is kept to explain it.</summary>
    private const int MaxErrorBytes = 1024;

    /// <summary>How long nothing is tried while a secret cannot be read.</summary>
    private static readonly TimeSpan WebhookHold = TimeSpan.FromSeconds(5);

    public bool CanRepeat => true;

    public DeliveryAnswer Answer { get; private set; } = DeliveryAnswer.None;

    public async ValueTask<AttemptResult> SendAsync(
        Envelope envelope, Endpoint endpoint, int number, TraceContext trace, Func<AnswerHead, bool> hold, CancellationToken cancel)
    {
        Answer = DeliveryAnswer.None with { Trace = trace };
        try
        {
            var (made, fault) = endpoint.Webhook is { } webhook ? await OutsideRequestAsync(webhook, envelope, endpoint, number, trace, cancel) : (Request(envelope, endpoint, number, trace), null);
            if (made is null) return NotReady(endpoint, fault!);
            using var request = made;
            using var response = await ((endpoint.Webhook?.Client ?? endpoint.Client) ?? client).SendAsync(request, cancel);
            if (endpoint.Client is not null && EndpointWord.Of(response, endpoint, time) is { } word) return word;
            var status = (int)response.StatusCode;
            var retryAfter = RetryAfter.Of(response, time);
            endpoint.Webhook?.Heard(status, retryAfter);
            if (status is >= 200 and < 300) return await ReadReplyAsync(response, status, endpoint, cancel);

            var error = await BoundedBody.ReadAsync(response.Content, MaxErrorBytes, cancel);
            Answer = Answer with { ErrorBytes = error.Bytes };
            // Where the address counts requests it comes again later, when its turn is counted.
            if (endpoint.Webhook?.Consent.PerMinute is null) hold(new(status, retryAfter));
            return new(Outcome.Answered(status, retryAfter), endpoint, Unsent: false, Final: false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return new(new(Verdict.Cancelled, "the delivery was stopped"), endpoint, Unsent: false, Final: false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            var unsent = ConnectFailure.Is(failure);
            return new(new(Verdict.Unreachable, ConnectFailure.Text(failure, endpoint, unsent), Unsent: unsent), endpoint, unsent, Final: endpoint.Webhook?.Consent.PerMinute is not null) { Refused = ConnectFailure.IsRefusal(failure) };
        }
    }

    private async ValueTask<AttemptResult> ReadReplyAsync(HttpResponseMessage response, int status, Endpoint endpoint, CancellationToken cancel)
    {
        var answered = new AttemptResult(Outcome.Answered(status), endpoint, Unsent: false, Final: false);
        if (response.StatusCode != HttpStatusCode.OK || !MayBeEvent(response)) return answered;

        var body = await BoundedBody.ReadAsync(response.Content, PublishLimits.MaxBodyBytes, cancel);
        if (body.Truncated) return answered with { Outcome = new(Verdict.TooLarge, $"the reply is larger than {PublishLimits.MaxBodyBytes} bytes", status) };
        var read = CloudEventReader.Read(EventHeaders.ContentType(response), EventHeaders.Of(response), body.Bytes, EventLimits.Default);
        if (read.Fault is { } fault) return answered with { Outcome = new(fault.Verdict, $"the reply is no valid CloudEvent: {fault.Reason}", status) };
        Answer = Answer with { Replies = read.Events };
        return answered;
    }

    private static bool MayBeEvent(HttpResponseMessage response) =>
        EventHeaders.ContentType(response)?.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase) == true ||
        response.Headers.NonValidated.Any(header => header.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase));

    private HttpRequestMessage Request(Envelope envelope, Endpoint endpoint, int number, TraceContext trace)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, string.Concat(endpoint.Prefix, envelope.Target.Span));
        CloudEventWriter.WriteBinary(envelope.Delivered!.Event, request);
        // As short calls go to members.
        if (endpoint.Client is not null && envelope.Delivered.Event.Data.Length <= ReplayStream.ShortLength) request.Version = HttpVersion.Version20;
        request.Headers.TryAddWithoutValidation("fnmesh-principal", envelope.Principal);
        Tell(request, envelope, number, trace);
        return request;
    }

    private async ValueTask<(HttpRequestMessage? Request, string? Fault)> OutsideRequestAsync(Webhook webhook, Envelope envelope, Endpoint endpoint, int number, TraceContext trace, CancellationToken cancel)
    {
        var made = await WebhookRequest.OfAsync(webhook, endpoint, envelope.Target, [envelope.Delivered!], WebhookRequest.BodyOf(envelope.Delivered!), "application/cloudevents+json; charset=utf-8", time, cancel);
        if (made.Request is { } request) Tell(request, envelope, number, trace);
        return made;
    }

    /// <summary>Nothing was sent, and the address has nothing to do with it.</summary>
    internal static AttemptResult NotReady(Endpoint endpoint, string fault)
    {
        endpoint.Webhook!.Consent.Hold(WebhookHold, fault);
        return new(new(Verdict.NotReady, fault, null, WebhookHold, Unsent: true), endpoint, Unsent: true, Final: true) { Refused = true };
    }

    private void Tell(HttpRequestMessage request, Envelope envelope, int number, TraceContext trace)
    {
        var headers = request.Headers;
        headers.TryAddWithoutValidation("traceparent", TraceHeaders.Format(trace));
        if (TraceState.Format(trace) is { } state) headers.TryAddWithoutValidation("tracestate", state);
        headers.TryAddWithoutValidation("fnmesh-subscription", envelope.Subscription!.Name);
        headers.TryAddWithoutValidation("fnmesh-delivery", envelope.DeliveryNumber.ToString(CultureInfo.InvariantCulture));
        headers.TryAddWithoutValidation("fnmesh-attempt", number.ToString(CultureInfo.InvariantCulture));
        if (envelope.Delivered!.Event.Replay is { } replay) headers.TryAddWithoutValidation("fnmesh-replay", replay.Place);
        headers.TryAddWithoutValidation("prefer", "reply");
        if (envelope.Deadline is { } deadline)
            headers.TryAddWithoutValidation(DeadlineHeader.Name, DeadlineHeader.Write(time.GetElapsedTime(time.GetTimestamp(), deadline)));
    }
}
