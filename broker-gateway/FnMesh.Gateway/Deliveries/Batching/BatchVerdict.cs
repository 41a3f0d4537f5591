using System.Text.Json;

namespace FnMesh.Gateway.Deliveries.Batching;

/// <summary>
/// Reads what an answer of success says of single events: <c>{ "failed": [ { "source": …, "id": …, "status": 503 } ] }</c>; without a status it is 500.
/// JSON without the member <c>failed</c> says nothing of them.
/// </summary>
internal static class BatchVerdict
{
    private const int DefaultStatus = 500;

    /// <param name="body">The answer's body.</param>
    /// <param name="sent">The events of the batch by source and id.</param>
    /// <param name="fault">Why it cannot be understood; null when it can.</param>
    /// <returns>The failed ones; null when none is named.</returns>
    public static IReadOnlyDictionary<(string Source, string Id), int>? Read(ReadOnlyMemory<byte> body, IReadOnlySet<(string Source, string Id)> sent, out string? fault)
    {
        fault = null;
        if (body.IsEmpty) return null;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("failed", out var failed)) return null;
            Dictionary<(string, string), int> statuses = [];
            foreach (var item in failed.EnumerateArray())
            {
                var named = (item.GetProperty("source").GetString()!, item.GetProperty("id").GetString()!);
                var status = item.TryGetProperty("status", out var written) ? written.GetInt32() : DefaultStatus;
                if (!sent.Contains(named)) fault = $"it names an event that was not in the batch: source {named.Item1}, id {named.Item2}";
                else if (status is < 300 or > 599) fault = $"the status {status} of event {named.Item2} is no failure: give one from 300 to 599";
                if (fault is not null) return null;
                statuses[named] = status;
            }

            return statuses.Count == 0 ? null : statuses;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            fault = """it is not { "failed": [ { "source": "…", "id": "…", "status": 503 } ] }""";
            return null;
        }
    }
}
