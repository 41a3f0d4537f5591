namespace FnMesh.Control.Folder;

/// <summary>What a listing tells of a file without opening it.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Written">When it was written last.</param>
internal readonly record struct FileStamp(string Path, long Length, DateTimeOffset Written);
