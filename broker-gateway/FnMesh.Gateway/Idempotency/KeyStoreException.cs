namespace FnMesh.Gateway.Idempotency;

/// <summary>Keys cannot be kept; the message says why and what mends it.</summary>
internal sealed class KeyStoreException(string message, Exception? cause = null) : Exception(message, cause);
