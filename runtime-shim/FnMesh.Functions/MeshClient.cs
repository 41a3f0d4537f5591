using System.Security.Cryptography;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using FnMesh.Functions.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace FnMesh.Functions;

/// <summary>The way from a function to others, and to the broker, with the app's identity. To be injected.</summary>
public sealed class MeshClient : IDisposable
{
    private static readonly JsonEventFormatter Formatter = new();
    private static readonly Uri Broker = new("http://broker/events");

    private readonly HttpMessageHandler _way;
    private readonly HttpClient _client;
    private readonly Func<string> _app;
    private readonly JsonSerializerOptions _json;
    private readonly TimeProvider _time;

    internal MeshClient(MeshHandler way, Func<string> app, IOptions<JsonOptions> json, TimeProvider time)
    {
        (_way, _app, _json, _time) = (way, app, json.Value.SerializerOptions, time);
        _client = new HttpClient(way, disposeHandler: false);
    }

    /// <summary>A client whose base address is the app; its requests carry the trace and the deadline of the function that makes them.</summary>
    /// <param name="app">The app's name, alone or with its namespace behind a dot: DNS labels.</param>
    /// <exception cref="ArgumentException">It names no app, as an external host does, which would be called past the mesh.</exception>
    public HttpClient CreateHttpClient(string app)
    {
        ArgumentException.ThrowIfNullOrEmpty(app);
        return MeshHandler.AddressOf(app) is { } address
            ? new HttpClient(_way, disposeHandler: false) { BaseAddress = address }
            : throw new ArgumentException($"'{app}' is no app of the mesh: write its name, such as 'pricing', or its name and namespace, 'pricing.default'; other hosts are called with a client of IHttpClientFactory", nameof(app));
    }

    /// <summary>Publishes an event with JSON data; completes when it is durable.</summary>
    /// <param name="type">The event's type.</param>
    /// <param name="data">Written by the app's JSON options; null for none.</param>
    /// <param name="subject">The event's subject; null for none.</param>
    /// <param name="cancel">Gives up; whether the event was taken is then not known.</param>
    /// <exception cref="MeshPublishException">The mesh did not take it, or did not answer in time.</exception>
    public Task PublishAsync(string type, object? data, string? subject = null, CancellationToken cancel = default) => PublishAsync(
        new CloudEvent
        {
            Type = type,
            Subject = subject,
            DataContentType = data is null ? null : "application/json",
            Data = data is null ? null : JsonSerializer.SerializeToElement(data, data.GetType(), _json),
        },
        cancel);

    /// <summary>Publishes an event; an id, a source and a time that it lacks are filled in, and an object as its data is written as JSON. Completes when it is durable.</summary>
    /// <inheritdoc cref="PublishAsync(string, object?, string?, CancellationToken)"/>
    public Task PublishAsync(CloudEvent @event, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return PublishAsync([@event], cancel);
    }

    /// <summary>Publishes events, all of them or none. Completes when they are durable.</summary>
    /// <inheritdoc cref="PublishAsync(string, object?, string?, CancellationToken)"/>
    public async Task PublishAsync(IReadOnlyList<CloudEvent> events, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count == 0) return;
        foreach (var @event in events) Complete(@event);
        var body = events.Count == 1 ? Formatter.EncodeStructuredModeMessage(events[0], out var type) : Formatter.EncodeBatchModeMessage(events, out type);
        using var request = new HttpRequestMessage(HttpMethod.Post, Broker) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new(type.MediaType) { CharSet = type.CharSet };
        try
        {
            using var answer = await _client.SendAsync(request, cancel);
            if (!answer.IsSuccessStatusCode) throw await RefusedAsync(answer, cancel);
        }
        catch (HttpRequestException failed)
        {
            throw new MeshPublishException($"no gateway took the event: {failed.Message}", failed);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new MeshPublishException($"no gateway answered within {_client.Timeout.TotalSeconds:0} s, and whether the event was taken is not known", late);
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<MeshPublishException> RefusedAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var verdict = answer.Headers.TryGetValues("fnmesh-verdict", out var verdicts) ? verdicts.FirstOrDefault() : null;
        var text = await answer.Content.ReadAsStringAsync(cancel);
        return new MeshPublishException((int)answer.StatusCode, verdict, $"the mesh answered {(int)answer.StatusCode}: {Detail(text) ?? text}");
    }

    private static string? Detail(string problem)
    {
        try
        {
            using var json = JsonDocument.Parse(problem);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Complete(CloudEvent @event)
    {
        @event.Id ??= RandomNumberGenerator.GetHexString(32, lowercase: true);
        @event.Source ??= new Uri($"/apps/{_app()}", UriKind.Relative);
        @event.Time ??= _time.GetUtcNow();
        EventJson.Write(@event, _json);
    }
}
