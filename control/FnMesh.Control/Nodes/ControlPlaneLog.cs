using FnMesh.Node.Identity;
using Microsoft.Extensions.Logging;

namespace FnMesh.Control.Nodes;

/// <summary>What control says of its nodes.</summary>
internal static partial class ControlPlaneLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "node {Node} connected as {Id}")]
    public static partial void Connected(ILogger logger, string node, SpiffeId id);

    [LoggerMessage(Level = LogLevel.Debug, Message = "node {Node} disconnected")]
    public static partial void Disconnected(ILogger logger, string node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "node {Node} gave no word for {Seconds} s: its lease has ended, and nothing is sent there any more")]
    public static partial void LeaseEnded(ILogger logger, string node, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "refused to let {Peer} join: {Cause}")]
    public static partial void JoinRefused(ILogger logger, string peer, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} {Cause}")]
    public static partial void CallFailed(ILogger logger, string what, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "refused a connection to the node port: {Cause}")]
    public static partial void PeerRefused(ILogger logger, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "refused the stream of a node that joined as {Id}: {Cause}")]
    public static partial void StreamRefused(ILogger logger, SpiffeId id, string cause);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} is damaged and is not used: {Fault}; functions and gateways say again where they are")]
    public static partial void Damaged(ILogger logger, string path, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} could be read or changed by others, which is ended now; if others use this machine, end control and remove {Directory}: the next start founds a new authority, and nodes need new join tokens")]
    public static partial void WasOpen(ILogger logger, string path, string directory);

    [LoggerMessage(Level = LogLevel.Error, Message = "a look at the nodes' leases failed; the next one comes soon")]
    public static partial void SweepFailed(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "control's own SVID could not be renewed; it holds until {NotAfter:u}, and it is tried again")]
    public static partial void NotRenewed(ILogger logger, Exception failure, DateTimeOffset notAfter);

    [LoggerMessage(Level = LogLevel.Error, Message = "a word of node {Node} could not be taken; its stream ends, and the node comes again")]
    public static partial void WordFailed(ILogger logger, Exception failure, string node);

    [LoggerMessage(Level = LogLevel.Error, Message = "the nodes could not be kept on disk: {Cause}")]
    public static partial void NotStored(ILogger logger, string cause);
}
