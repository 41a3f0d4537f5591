namespace FnMesh.Gateway.Broker;

/// <summary>What is delivered again.</summary>
internal enum ReplaySource : byte
{
    /// <summary>Events in the log, by offset; they stay.</summary>
    Events,

    /// <summary>Dead letters, by id; each leaves when its event is in the log again.</summary>
    DeadLetters,
}
