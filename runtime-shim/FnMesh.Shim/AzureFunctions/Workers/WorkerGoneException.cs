namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>The worker's stream ended before it answered.</summary>
internal sealed class WorkerGoneException() : Exception("the worker ended its stream before it answered");
