using System.Security.Cryptography;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>Ids that nobody guesses, in the form of a GUID, as workers expect them.</summary>
internal static class RandomId
{
    public static string Next() => new Guid(RandomNumberGenerator.GetBytes(16)).ToString();
}
