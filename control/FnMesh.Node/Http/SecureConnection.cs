namespace FnMesh.Node.Http;

/// <summary>Does the handshake on a connection that is being made, and closes it when that fails.</summary>
/// <param name="context">For which request, and to whom.</param>
/// <param name="connection">In clear text.</param>
/// <param name="cancel">Gives up.</param>
/// <returns>The connection as it is to be used.</returns>
public delegate ValueTask<System.IO.Stream> SecureConnection(SocketsHttpConnectionContext context, System.IO.Stream connection, CancellationToken cancel);
