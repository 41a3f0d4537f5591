namespace FnMesh.Control.Folders;

/// <summary>What a look at a file tells without reading it.</summary>
/// <param name="Path">The path as a user would type it.</param>
/// <param name="Length">In bytes; of the target when the file is a link.</param>
/// <param name="Modified">UTC ticks of the last write; of the target when the file is a link.</param>
/// <param name="IsLinkedFolder">Whether it is no file but a link to a folder, which nobody follows.</param>
internal readonly record struct FileStamp(string Path, long Length, long Modified, bool IsLinkedFolder = false);
