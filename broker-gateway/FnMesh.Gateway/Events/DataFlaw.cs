namespace FnMesh.Gateway.Events;

/// <summary>Why filters do not see into the data of an event.</summary>
internal enum DataFlaw
{
    None,

    /// <summary>It is declared to be something else, or cannot be read.</summary>
    NotJson,

    /// <summary>It has more bytes than <see cref="DataDocument.MaxBytes"/>.</summary>
    TooLarge,
}
