"""Bytes in, columns out: decode, place in time, check, partition. Pure; nothing per reading unless it is a bad one."""
