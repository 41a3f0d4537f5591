namespace FnMesh.Functions.Hosting;

/// <summary>The app cannot start: there is no mesh to join, or it is not set up; the message names the mend.</summary>
internal sealed class AppStartException(string message, Exception? cause = null) : InvalidOperationException(message, cause);
