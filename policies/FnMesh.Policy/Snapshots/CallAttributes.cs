using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>What a condition sees of a call. <see cref="Principal"/> and <see cref="Namespace"/> stand for whoever asks in conditions on events too, whatever an event says of itself.</summary>
public static class CallAttributes
{
    public const string Host = "host";
    public const string Listener = "listener";
    public const string Method = "method";
    public const string Namespace = "namespace";
    public const string Path = "path";
    public const string Principal = "principal";
    public const string Query = "query";

    public static ImmutableArray<string> All { get; } = [Host, Listener, Method, Namespace, Path, Principal, Query];
}
