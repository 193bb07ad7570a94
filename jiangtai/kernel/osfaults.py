"""What the operating system refused, in words that say which file or address it was and what to look at."""

import errno

_WORDS = {
    errno.ENOENT: "没有这个文件或目录：{}",
    errno.ENOTDIR: "{} 是文件，不是目录",
    errno.EEXIST: "{} 已经存在",
    errno.EISDIR: "{} 是目录，不是文件",
    errno.EACCES: "没有权限读写 {}",
    errno.EPERM: "没有权限读写 {}",
    errno.EROFS: "{} 所在的磁盘是只读的",
    errno.ENOSPC: "磁盘已满，写不下 {}",
    errno.EDQUOT: "磁盘配额已用完，写不下 {}",
    errno.ENAMETOOLONG: "名字太长：{}",
    errno.ELOOP: "{} 的符号链接互相指着",
    errno.EADDRINUSE: "{} 已被占用",
    errno.EADDRNOTAVAIL: "{} 不是本机的地址",
    errno.ECONNREFUSED: "{} 没有应答",
}


def told(error: OSError, what: str = "") -> str:
    """An error in Chinese; what the house itself said stays as it is."""
    if error.errno is None:
        return str(error)
    about = what or str(error.filename or "文件")
    words = _WORDS.get(error.errno)
    return (
        words.format(about) if words else f"读写 {about} 时系统报错（{errno.errorcode.get(error.errno, error.errno)}）"
    )
