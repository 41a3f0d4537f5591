using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads <c>spec.broker.kafka</c> of a Mesh.</summary>
internal static class KafkaReader
{
    /// <summary>Kafka's own bound, less what the names of the other two topics add.</summary>
    private const int LongestTopic = 200;

    /// <summary>What a topic's name may be, for people.</summary>
    public static readonly string TopicRule = $"1 to {LongestTopic} of a-z, A-Z, 0-9, '.', '_' and '-'";

    /// <param name="mesh">Its name is the topic's where none is written.</param>
    /// <param name="kafka">The block.</param>
    /// <returns>Null when it is refused.</returns>
    public static KafkaEntry? Read(string mesh, FieldReader kafka)
    {
        var servers = kafka.Text("bootstrapServers", required: true);
        var topic = kafka.Text("topic");
        var settings = kafka.Text("settingsFile");
        var exist = kafka.Flag("topicsExist");
        kafka.Close();
        var isValid = servers is not null;
        if (servers is { } written && !written.Value.Split(',').All(IsServer))
        {
            isValid = false;
            kafka.Error(DiagnosticCodes.InvalidValue, written.Origin, $"field 'bootstrapServers' must be host:port, several separated by commas, not {Quoted.Text(written.Value)}");
        }

        if (topic is { } named && !IsTopic(named.Value))
        {
            isValid = false;
            kafka.Error(DiagnosticCodes.InvalidName, named.Origin, $"field 'topic' must be {TopicRule}, not {Quoted.Text(named.Value)}");
        }

        return !isValid ? null : new KafkaEntry { BootstrapServers = servers!.Value.Value, Topic = topic?.Value ?? mesh, SettingsFile = settings?.Value, TopicsExist = exist?.Value ?? false };
    }

    private static bool IsServer(string text) =>
        text.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out var port) && port > 0 && !text.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c));

    public static bool IsTopic(string text) => text.Length is > 0 and <= LongestTopic && text is not ("." or "..") && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
