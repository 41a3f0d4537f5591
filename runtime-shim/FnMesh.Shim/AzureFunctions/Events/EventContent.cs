namespace FnMesh.Shim.AzureFunctions.Events;

/// <summary>What the data of an event is.</summary>
internal enum EventContent
{
    None,

    /// <summary>JSON, in UTF-8.</summary>
    Json,

    /// <summary>Text, in UTF-8.</summary>
    Text,

    Binary,
}
