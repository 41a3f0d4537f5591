namespace FnMesh.Gateway.Broker;

/// <summary>The broker could not store or read, or is closed; nothing of what was asked was stored. The message names the place and the mend.</summary>
internal sealed class BrokerException(string message, Exception? inner = null) : Exception(message, inner);
