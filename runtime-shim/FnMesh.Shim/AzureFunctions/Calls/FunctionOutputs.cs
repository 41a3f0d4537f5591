using System.Text.Json;
using FnMesh.Shim.AzureFunctions.Events;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>Publishes what functions put out.</summary>
/// <param name="events">Makes events of it.</param>
/// <param name="publisher">The way to the broker.</param>
/// <param name="time">The clock.</param>
internal sealed class FunctionOutputs(OutputEvents events, EventPublisher publisher, TimeProvider time)
{
    /// <returns>Why it is not published, and the run so a failure; null when all of it is durable.</returns>
    public async Task<string?> PublishAsync(IndexedFunction function, InvocationResponse done, DeliveredEvent? cause, string traceParent, CancellationToken cancel)
    {
        if (function.Outputs.IsEmpty) return null;
        try
        {
            return await publisher.PublishAsync(events.Of(function, done, cause), traceParent, time, cancel) is { } failure ? $"its events were not published: {failure}" : null;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or InvalidOperationException or ArgumentException)
        {
            return $"its events were not published: {malformed.Message}";
        }
        catch (OperationCanceledException)
        {
            return "its events were not published, or not for sure: nobody waits for the run any more";
        }
    }
}
