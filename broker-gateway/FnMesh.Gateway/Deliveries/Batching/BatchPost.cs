using System.Buffers;
using System.Globalization;
using System.Text.Json;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tracing;
using FnMesh.Gateway.Webhooks;
using FnMesh.Node.Members;

namespace FnMesh.Gateway.Deliveries.Batching;

/// <summary>Posts gathered events in CloudEvents batch mode, and tells each what became of it.</summary>
internal sealed class BatchPost(HttpMessageInvoker client, TimeProvider time)
{
    private const int MaxErrorBytes = 1024;
    private const int MaxAnswerBytes = 1 << 20;

    /// <summary>Never throws: whatever happens is told to those who wait.</summary>
    public async Task SendAsync(Gathering gathering)
    {
        BatchMember[] members = [.. gathering.Members.Where(static member => member.Waits)];
        if (members.Length == 0) return;
        using var gone = new CancellationTokenSource();
        // Once nobody waits for it any more, it ends.
        _ = EndWithLastAsync(members, gone);
        BatchAnswer answer;
        try
        {
            answer = await PostAsync(gathering.Key, members, gone.Token);
        }
#pragma warning disable CA1031 // A bug on the way must not leave events in flight for ever.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            answer = Of(new Outcome(Verdict.Bug, $"sending a batch failed unexpectedly: {bug.Message}"), gathering.Key.Endpoint);
        }

        foreach (var member in members) member.End(answer);
    }

    private static async Task EndWithLastAsync(BatchMember[] members, CancellationTokenSource gone)
    {
        Task all = Task.WhenAll(members.Select(static member => member.Answer));
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await gone.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The answer was there first.
        }
    }

    private async Task<BatchAnswer> PostAsync(BatchKey key, BatchMember[] members, CancellationToken cancel)
    {
        var endpoint = key.Endpoint;
        try
        {
            var (made, fault) = await RequestAsync(key, members, cancel);
            if (made is null) return new(DeliverAttempt.NotReady(endpoint, fault!), default, null);
            using var request = made;
            using var response = await ((endpoint.Webhook?.Client ?? endpoint.Client) ?? client).SendAsync(request, cancel);
            if (endpoint.Client is not null && EndpointWord.Of(response, endpoint, time) is { } word) return new(word, default, null);
            var status = (int)response.StatusCode;
            endpoint.Webhook?.Heard(status, RetryAfter.Of(response, time));
            if (status is >= 200 and < 300) return await ReadAsync(response, status, endpoint, members, cancel);
            var error = await BoundedBody.ReadAsync(response.Content, MaxErrorBytes, cancel);
            return Of(Outcome.Answered(status, RetryAfter.Of(response, time)), endpoint) with { ErrorBytes = error.Bytes };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            var unsent = ConnectFailure.Is(failure);
            var outcome = new Outcome(Verdict.Unreachable, ConnectFailure.Text(failure, endpoint, unsent), Unsent: unsent);
            return new(new(outcome, endpoint, unsent, Final: false) { Refused = ConnectFailure.IsRefusal(failure) }, default, null);
        }
    }

    private static async Task<BatchAnswer> ReadAsync(HttpResponseMessage response, int status, Endpoint endpoint, BatchMember[] members, CancellationToken cancel)
    {
        var done = Of(Outcome.Answered(status), endpoint);
        if (!MediaType.TryParse(EventHeaders.ContentType(response), out var type) || !type.IsJson) return done;
        var body = await BoundedBody.ReadAsync(response.Content, MaxAnswerBytes, cancel);
        if (body.Truncated) return Of(new(Verdict.TooLarge, $"the answer to a batch is larger than {MaxAnswerBytes} bytes", status), endpoint);
        var failed = BatchVerdict.Read(body.Bytes, members.Select(static member => (member.Stored.Event.Source, member.Stored.Event.Id)).ToHashSet(), out var fault);
        return fault is null ? done with { Failed = failed } : Of(new(Verdict.Malformed, $"the answer to a batch cannot be understood: {fault}", status), endpoint);
    }

    private static BatchAnswer Of(Outcome outcome, Endpoint endpoint) => new(new(outcome, endpoint, Unsent: false, Final: false), default, null);

    private async ValueTask<(HttpRequestMessage? Request, string? Fault)> RequestAsync(BatchKey key, BatchMember[] members, CancellationToken cancel)
    {
        const string Type = "application/cloudevents-batch+json; charset=utf-8";
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartArray();
            foreach (var member in members) CloudEventWriter.WriteStructured(member.Stored.Event, json);
            json.WriteEndArray();
        }

        HttpRequestMessage request;
        if (key.Endpoint.Webhook is { } webhook)
        {
            var (made, fault) = await WebhookRequest.OfAsync(webhook, key.Endpoint, key.Target.AsMemory(), [.. members.Select(static member => member.Stored)], body.WrittenMemory, Type, time, cancel);
            if (made is null) return (null, fault);
            request = made;
        }
        else
        {
            request = new HttpRequestMessage(HttpMethod.Post, string.Concat(key.Endpoint.Prefix, key.Target)) { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", Type);
            request.Headers.TryAddWithoutValidation("fnmesh-principal", key.Principal);
        }

        var headers = request.Headers;
        var trace = members[0].Trace;
        headers.TryAddWithoutValidation("traceparent", TraceHeaders.Format(trace));
        if (TraceState.Format(trace) is { } state) headers.TryAddWithoutValidation("tracestate", state);
        headers.TryAddWithoutValidation("fnmesh-subscription", key.Subscription);
        headers.TryAddWithoutValidation("fnmesh-delivery", members.Max(static member => member.Envelope.DeliveryNumber).ToString(CultureInfo.InvariantCulture));
        if (members.Min(static member => member.Envelope.Deadline) is { } deadline)
            headers.TryAddWithoutValidation(DeadlineHeader.Name, DeadlineHeader.Write(time.GetElapsedTime(time.GetTimestamp(), deadline)));
        return (request, null);
    }
}
