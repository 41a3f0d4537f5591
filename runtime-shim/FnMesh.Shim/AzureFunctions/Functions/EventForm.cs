namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>In which form a function takes events.</summary>
internal enum EventForm
{
    /// <summary>The data of a CloudEvent, its attributes beside it.</summary>
    CloudEventData,

    /// <summary>A CloudEvent as one JSON object.</summary>
    CloudEvent,

    /// <summary>As Event Grid sends CloudEvents: one JSON object.</summary>
    EventGrid,

    /// <summary>As a record of Kafka.</summary>
    Kafka,
}
