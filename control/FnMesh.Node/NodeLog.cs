using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using Microsoft.Extensions.Logging;

namespace FnMesh.Node;

/// <summary>What a node says of its life in the mesh.</summary>
internal sealed partial class NodeLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "joined the mesh as {Id}")]
    public partial void Joined(SpiffeId id);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "control at {Control} does not answer: {Cause}; going on with what is known")]
    public partial void Lost(Uri control, string cause);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning, Message = "control at {Control} refuses this node: {Cause}; trying again")]
    public partial void StreamRefused(Uri control, string cause);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "control at {Control} answers again")]
    public partial void Connected(Uri control);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "cannot join at {Control}: {Cause}; trying again")]
    public partial void JoinFailed(Uri control, string cause);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "the SVID could not be renewed: {Cause}; it holds until {NotAfter:u}")]
    public partial void RenewalFailed(string cause, DateTimeOffset notAfter);

    [LoggerMessage(EventId = 6, Level = LogLevel.Debug, Message = "renewed the SVID; it holds until {NotAfter:u}")]
    public partial void Renewed(DateTimeOffset notAfter);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, Message = "control does not know the SVID any more, nor the SVID control; joined again by the token, as {Id}")]
    public partial void Rejoined(SpiffeId id);

    [LoggerMessage(EventId = 8, Level = LogLevel.Error, Message = "{Path} is damaged and is not used: {Fault}; what it held comes from control")]
    public partial void Damaged(string path, string fault);

    [LoggerMessage(EventId = 9, Level = LogLevel.Error, Message = "what the node needs after a restart could not be kept in {Directory}: {Cause}; make room there")]
    public partial void NotStored(string directory, string cause);

    [LoggerMessage(EventId = 10, Level = LogLevel.Error, Message = "refused {Subject} {Version}: {Faults}; the one before goes on")]
    public partial void Refused(Subject subject, string version, string faults);

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning, Message = "the key in {Directory} could be read or changed by others, which is ended now; if others use this machine, end this process and remove that folder: with a join token the next start makes a new key")]
    public partial void WasOpen(string directory);

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "refused a connection: {Cause}")]
    public partial void PeerRefused(string cause);
}
