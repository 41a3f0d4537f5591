namespace FnMesh.Gateway.Idempotency;

/// <summary>What is known of a key. The numbers are part of the file's version.</summary>
internal enum KeyState : byte
{
    /// <summary>Nobody had it; who asked has it now.</summary>
    Fresh = 0,

    /// <summary>The call that has it is under way.</summary>
    Running = 1,

    /// <summary>Its call was answered, and the answer is kept.</summary>
    Done = 2,

    /// <summary>Its call was answered with more than is kept.</summary>
    Unkept = 3,

    /// <summary>Its call was sent, and nobody knows what became of it.</summary>
    Unknown = 4,

    /// <summary>There is no room for another key.</summary>
    Full = 5,
}
