using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Functions;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>An app that its worker has loaded.</summary>
internal sealed record LoadedApp(AzureApp App, WorkerCapabilities Capabilities, FunctionIndex Index);
