namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>What an output holds.</summary>
internal enum OutputForm
{
    /// <summary>The data of a CloudEvent, or a whole one.</summary>
    CloudEvent,

    /// <summary>An event in Event Grid's own schema, or a CloudEvent.</summary>
    EventGrid,

    /// <summary>A value, or a record with a key, a value and headers.</summary>
    Kafka,
}
